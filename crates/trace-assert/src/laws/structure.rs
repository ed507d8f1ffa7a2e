//! Laws about the tree: one root, no orphans, unique ids.

use std::collections::HashSet;

use super::{Case, Finding, Law};
use crate::{Root, Span, SpanId};

impl Case<'_> {
    fn span(&self, root: &Root) -> &Span {
        &self.trace.spans[root.span]
    }

    /// Whether the root is one because its parent is remote, as announced.
    fn is_remote(&self, root: &Root) -> bool {
        root.parent.is_some() && root.parent == self.remote_parent
    }
}

/// Every root without a parent beyond the first, or beyond those below the remote parent; every cycle.
pub(super) fn one_root(case: &Case<'_>) -> Vec<Finding> {
    let roots = case.forest.roots();
    let parentless: Vec<&Root> = roots.iter().filter(|root| root.parent.is_none()).collect();
    let remote = roots.iter().find(|root| case.is_remote(root));
    // A caller that is stored after all is a root like any other.
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
        findings.push(Finding { law: Law::OneRoot, span: SpanId::default(), message });
    }
    let cycles = roots.iter().filter(|root| root.cycle);
    findings.extend(cycles.map(|root| Finding::new(Law::OneRoot, case.span(root), "is its own ancestor")));
    findings
}

/// Every span whose parent is not in the trace, other than the remote parent.
pub(super) fn no_orphans(case: &Case<'_>) -> Vec<Finding> {
    let absent = case.forest.roots().iter().filter(|root| !root.cycle && !case.is_remote(root));
    let orphan = |root: &Root| {
        let parent = root.parent?;
        let message = format!("has a parent that is not in the trace: {parent}");
        Some(Finding::new(Law::NoOrphans, case.span(root), message))
    };
    absent.filter_map(orphan).collect()
}

/// Every span that has the id of an earlier one.
pub(super) fn unique_span_ids(case: &Case<'_>) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let repeated = case.trace.spans.iter().filter(|span| !seen.insert(span.span_id));
    let message = |span: &Span| format!("has the id of another span of the trace: {}", span.span_id);
    repeated.map(|span| Finding::new(Law::UniqueSpanIds, span, message(span))).collect()
}
