//! Invariants of the tree: one root, no orphans, unique span IDs.

use std::collections::HashSet;

use super::{Case, Finding, Law};
use crate::{Root, Span, SpanId};

impl Case<'_> {
    /// Returns the span of a root.
    fn span(&self, root: &Root) -> &Span {
        &self.trace.spans[root.span]
    }

    /// Returns whether the parent of this root is the expected remote parent.
    fn is_remote(&self, root: &Root) -> bool {
        root.parent.is_some() && root.parent == self.remote_parent
    }
}

/// Returns a finding for each span without a parent except the first, and for each cycle of parents.
///
/// If the remote parent is expected and not stored, its child is the root, and a span without a parent is a finding.
/// [`no_orphans`] reports orphans.
pub(super) fn one_root(case: &Case<'_>) -> Vec<Finding> {
    let roots = case.forest.roots();
    let parentless: Vec<&Root> = roots.iter().filter(|root| root.parent.is_none()).collect();
    let remote = roots.iter().find(|root| case.is_remote(root));
    // If the span of the caller is stored, it is a root like any other.
    let absent_caller = case.remote_parent.filter(|caller| case.trace.span(*caller).is_none());
    let first = absent_caller.map_or(parentless.first().copied(), |_| remote);
    let mut findings = Vec::new();
    if let (None, Some(caller)) = (first, absent_caller) {
        let message = format!("has no parent, expected the caller's span {caller}");
        findings.extend(parentless.iter().map(|root| Finding::new(Law::OneRoot, case.span(root), &message)));
    }
    if let Some(first) = first {
        let others = parentless.iter().filter(|root| root.span != first.span);
        let message = format!("is a second root beside {}", case.span(first).title());
        findings.extend(others.map(|root| Finding::new(Law::OneRoot, case.span(root), &message)));
    } else if roots.iter().all(|root| root.cycle) {
        let message = "the trace has no root: no span is without a parent".to_owned();
        findings.push(Finding { law: Law::OneRoot, span: SpanId::default(), title: None, message });
    }
    let cycles = roots.iter().filter(|root| root.cycle);
    findings.extend(cycles.map(|root| Finding::new(Law::OneRoot, case.span(root), "is its own ancestor")));
    findings
}

/// Returns a finding for each span whose parent is neither in the trace nor the remote parent.
pub(super) fn no_orphans(case: &Case<'_>) -> Vec<Finding> {
    let absent = case.forest.roots().iter().filter(|root| !root.cycle && !case.is_remote(root));
    let orphan = |root: &Root| {
        let parent = root.parent?;
        let message = format!("has a parent that is not in the trace: {parent}");
        Some(Finding::new(Law::NoOrphans, case.span(root), message))
    };
    absent.filter_map(orphan).collect()
}

/// Returns a finding for each span that has the ID of an earlier span.
pub(super) fn unique_span_ids(case: &Case<'_>) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let repeated = case.trace.spans.iter().filter(|span| !seen.insert(span.span_id));
    let message = |span: &Span| format!("has the id of another span of the trace: {}", span.span_id);
    repeated.map(|span| Finding::new(Law::UniqueSpanIds, span, message(span))).collect()
}
