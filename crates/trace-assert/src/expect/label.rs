//! Labels: names that expectations give to spans, so that links can refer to them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::{Span, SpanId, TraceId};

/// A reference to a span of any trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanRef {
    /// The ID of the trace that contains the span.
    pub trace_id: TraceId,
    /// The ID of the span.
    pub span_id: SpanId,
}

impl From<&Span> for SpanRef {
    fn from(span: &Span) -> Self {
        Self { trace_id: span.trace_id, span_id: span.span_id }
    }
}

/// The labels bound so far, each with the span that it refers to.
///
/// Pass the labels that [`Expectation::check`](crate::Expectation::check) returned to the check of the next tree: its
/// links can then refer to spans of this one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels(pub BTreeMap<String, SpanRef>);

impl Labels {
    /// Returns the span that `label` is bound to.
    pub fn get(&self, label: &str) -> Option<SpanRef> {
        self.0.get(label).copied()
    }

    /// Binds `label` to `span`, and replaces an earlier binding.
    pub fn bind(&mut self, label: impl Into<String>, span: SpanRef) {
        self.0.insert(label.into(), span);
    }
}

/// The target of a link, as the label of a `link:` clause states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkTarget {
    /// The span that the label is bound to.
    Span(SpanRef),
    /// No tree binds the label: no span can meet the clause.
    Unbound,
    /// The tree binds the label, but the current attempt does not: every span meets the clause.
    Unchecked,
}

/// The bindings of labels with which one attempt compares a tree and a trace.
#[derive(Debug, Clone)]
pub(crate) struct LabelBindings<'a> {
    /// The labels that earlier trees bound.
    earlier: &'a Labels,
    /// The labels that this tree binds.
    own: HashSet<&'a str>,
    /// Those of them that the attempt binds, each with the position of its span in the trace and its reference.
    bound: HashMap<&'a str, (usize, SpanRef)>,
}

impl<'a> LabelBindings<'a> {
    /// Creates the attempt that binds none of the tree's own labels.
    pub(crate) fn new(earlier: &'a Labels, own: impl IntoIterator<Item = &'a str>) -> Self {
        Self { earlier, own: own.into_iter().collect(), bound: HashMap::new() }
    }

    /// Returns the attempt that also binds `label` to the span at this position.
    pub(crate) fn with(mut self, label: &'a str, position: usize, span: &Span) -> Self {
        self.bound.insert(label, (position, span.into()));
        self
    }

    /// Returns whether the attempt binds a label to the span at this position.
    pub(crate) fn is_bound_to(&self, position: usize) -> bool {
        self.bound.values().any(|(bound, _)| *bound == position)
    }

    /// Returns whether a line with this label may match the span at this position: a label that the attempt binds
    /// must be on its span.
    pub(crate) fn allows(&self, label: Option<&str>, position: usize) -> bool {
        label.and_then(|label| self.bound.get(label)).is_none_or(|(bound, _)| *bound == position)
    }

    /// Returns the target of a link with this label.
    pub(crate) fn target(&self, label: &str) -> LinkTarget {
        match self.bound.get(label) {
            Some((_, span)) => LinkTarget::Span(*span),
            None if self.own.contains(label) => LinkTarget::Unchecked,
            None => self.earlier.get(label).map_or(LinkTarget::Unbound, LinkTarget::Span),
        }
    }
}
