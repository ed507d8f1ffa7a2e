//! Labels: names that expectations give to spans, so that links can refer to them.

use std::collections::BTreeMap;

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
