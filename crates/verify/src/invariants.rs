//! The invariants that every stored trace keeps, in each scenario.

use trace_assert::{SpanId, Trace, laws};

use crate::finding::Finding;

/// The invariants that a trace violates; its root may have a remote parent that is stored nowhere.
pub(crate) fn violations(trace: &Trace, remote_parent: Option<SpanId>) -> Vec<Finding> {
    let options = laws::Options { remote_parent };
    let found = laws::check(trace, &options).into_iter();
    found.map(|violation| Finding::Invariant { trace_id: trace.id, violation }).collect()
}
