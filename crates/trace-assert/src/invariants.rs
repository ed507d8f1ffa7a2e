//! Invariants: what must hold for every trace, without an expectation.
//!
//! | invariant | it holds if |
//! | --- | --- |
//! | `one-root` | exactly one span has no parent, and no span is its own ancestor (see also [`Options::remote_parent`]) |
//! | `no-orphans` | the parent of every span is in the trace, or is the remote parent |
//! | `unique-span-ids` | no two spans have the same ID |
//! | `end-after-start` | no span ends before it starts |
//! | `start-after-parent` | no child starts before its parent |
//! | `end-within-parent` | a child for which its parent waits ends no later than the parent (see below) |
//! | `required-attributes` | `service.name` and the attributes that semantic conventions require are present (HTTP, databases, messaging) |
//! | `no-credentials` | no key or string looks like a credential, and no string like an e-mail address or a payment card number |
//!
//! A parent waits for these children: a SERVER span below a CLIENT span, and an INTERNAL or CLIENT span below any
//! span except PRODUCER and CONSUMER spans.

mod conventions;
mod credentials;
mod invariant;
mod structure;
mod times;
mod violation;

pub use invariant::Invariant;
pub use violation::Violation;

use crate::model::{SpanId, Trace};
use structure::Structure;

/// Exceptions that the check allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The ID of the caller's span, if the caller does not export its spans. Children of this span are then roots
    /// instead of orphans, and the trace must have one. `None` if the trace is complete.
    pub remote_parent: Option<SpanId>,
}

/// Checks all invariants and returns the violations; an empty list means that all of them hold.
///
/// The violations of the structure of the trace come first, then all others, parents before children.
pub fn check(trace: &Trace, options: &Options) -> Vec<Violation> {
    let forest = trace.forest();
    let structure = Structure { trace, forest: &forest, remote_parent: options.remote_parent };
    let mut violations = structure.one_root();
    violations.extend(structure.no_orphans());
    violations.extend(structure.unique_span_ids());
    for (span, _) in forest.all() {
        let parent = forest.parent(span).map(|parent| &trace.spans[parent]);
        let span = &trace.spans[span];
        violations.extend(times::end_after_start(span));
        violations.extend(parent.and_then(|parent| times::start_after_parent(span, parent)));
        violations.extend(parent.and_then(|parent| times::end_within_parent(span, parent)));
        violations.extend(conventions::required_attributes(span));
        violations.extend(credentials::no_credentials(span));
    }
    violations
}
