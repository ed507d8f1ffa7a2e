//! Invariants of the structure: one root, no orphans, unique span IDs.

use std::collections::HashSet;

use super::{invariant::Invariant, violation::Violation};
use crate::model::{Forest, Root, Span, SpanId, Trace};

/// A trace with its trees, and the parent that may be missing.
pub(super) struct Structure<'a> {
    pub(super) trace: &'a Trace,
    pub(super) forest: &'a Forest,
    /// The ID of the caller's span, if the caller does not export its spans.
    pub(super) remote_parent: Option<SpanId>,
}

impl Structure<'_> {
    /// Returns a violation for each span without a parent except the first, and for each cycle of parents.
    ///
    /// If the remote parent is expected and not stored, its child is the root, and a span without a parent is a
    /// violation. [`no_orphans`](Self::no_orphans) reports orphans.
    pub(super) fn one_root(&self) -> Vec<Violation> {
        let roots = self.forest.roots();
        let parentless: Vec<&Root> = roots.iter().filter(|root| root.parent.is_none()).collect();
        let below_remote_parent = roots.iter().find(|root| self.is_below_remote_parent(root));
        // If the span of the caller is stored, it is a root like any other.
        let absent_caller = self.remote_parent.filter(|caller| self.trace.span(*caller).is_none());
        let first = absent_caller.map_or(parentless.first().copied(), |_| below_remote_parent);
        let mut violations = Vec::new();
        if let (None, Some(caller)) = (first, absent_caller) {
            let message = format!("has no parent: expected the caller's span {caller} as its parent");
            violations.extend(parentless.iter().map(|root| self.violation(root, &message)));
        }
        if let Some(first) = first {
            let others = parentless.iter().filter(|root| root.span != first.span);
            let message = format!("is a second root; the first root is {}", self.span(first).title());
            violations.extend(others.map(|root| self.violation(root, &message)));
        } else if roots.iter().all(|root| root.cycle) {
            let message = "the trace has no root: every span has a parent".to_owned();
            let (invariant, span) = (Invariant::OneRoot, SpanId::default());
            violations.push(Violation { invariant, span, title: None, message });
        }
        let cycles = roots.iter().filter(|root| root.cycle);
        violations.extend(cycles.map(|root| self.violation(root, "is its own ancestor")));
        violations
    }

    /// Returns a violation for each span whose parent is neither in the trace nor the remote parent.
    pub(super) fn no_orphans(&self) -> Vec<Violation> {
        let roots = self.forest.roots().iter().filter(|root| !root.cycle && !self.is_below_remote_parent(root));
        let orphan = |root: &Root| {
            let message = format!("has a parent that is not in the trace: {}", root.parent?);
            Some(Violation::new(Invariant::NoOrphans, self.span(root), message))
        };
        roots.filter_map(orphan).collect()
    }

    /// Returns a violation for each span that has the ID of an earlier span.
    pub(super) fn unique_span_ids(&self) -> Vec<Violation> {
        let mut seen = HashSet::new();
        let repeated = self.trace.spans.iter().filter(|span| !seen.insert(span.span_id));
        let message = |span: &Span| format!("has the same span ID as another span: {}", span.span_id);
        repeated.map(|span| Violation::new(Invariant::UniqueSpanIds, span, message(span))).collect()
    }

    fn span(&self, root: &Root) -> &Span {
        &self.trace.spans[root.span]
    }

    fn is_below_remote_parent(&self, root: &Root) -> bool {
        root.parent.is_some() && root.parent == self.remote_parent
    }

    /// Creates a violation of `one-root` by the span of a root.
    fn violation(&self, root: &Root, message: &str) -> Violation {
        Violation::new(Invariant::OneRoot, self.span(root), message)
    }
}
