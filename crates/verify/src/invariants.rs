//! The invariants that every stored trace keeps, in each scenario.

use trace_assert::{SpanId, Trace, invariants};

use crate::finding::Finding;

/// The invariants that a trace violates; its root may have a remote parent that is stored nowhere.
pub(crate) fn violations(trace: &Trace, remote_parent: Option<SpanId>) -> Vec<Finding> {
    let options = invariants::Options { remote_parent };
    let found = invariants::check(trace, &options).into_iter();
    found.map(|violation| Finding::Invariant { trace_id: trace.id, violation }).collect()
}
