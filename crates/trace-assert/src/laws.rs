//! Invariants: what must hold for every trace, without an expectation. The module is still called `laws`.
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
mod structure;
mod times;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Forest, Span, SpanId, Title, Trace};

/// Exceptions that the check allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The ID of the caller's span, if the caller does not export its spans. Children of this span are then roots
    /// instead of orphans, and the trace must have one. `None` if the trace is complete.
    pub remote_parent: Option<SpanId>,
}

/// An invariant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// `one-root`: a trace has exactly one root.
    OneRoot,
    /// `no-orphans`: the parent of every span is in the trace.
    NoOrphans,
    /// `unique-span-ids`: no two spans have the same ID.
    UniqueSpanIds,
    /// `end-after-start`: no span ends before it starts.
    EndAfterStart,
    /// `start-after-parent`: no child starts before its parent.
    StartAfterParent,
    /// `end-within-parent`: a child ends no later than a parent that waits for it.
    EndWithinParent,
    /// `required-attributes`: the attributes that the semantic conventions require are present.
    RequiredAttributes,
    /// `no-credentials`: no span contains a value that looks like a credential, an e-mail address or a payment card
    /// number.
    NoCredentials,
}

impl Law {
    /// Returns the name, for example `one-root`.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneRoot => "one-root",
            Self::NoOrphans => "no-orphans",
            Self::UniqueSpanIds => "unique-span-ids",
            Self::EndAfterStart => "end-after-start",
            Self::StartAfterParent => "start-after-parent",
            Self::EndWithinParent => "end-within-parent",
            Self::RequiredAttributes => "required-attributes",
            Self::NoCredentials => "no-credentials",
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A violation of an invariant by one span, or by the trace as a whole.
///
/// Displayed as `one-root: …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The invariant that is violated.
    pub law: Law,
    /// The ID of the span; all zeros if the trace as a whole violates the invariant.
    pub span: SpanId,
    /// Its title; none where the trace as a whole breaks the invariant.
    pub title: Option<Title>,
    /// How, in a sentence that names the span.
    pub message: String,
}

impl Finding {
    fn new(law: Law, span: &Span, message: impl fmt::Display) -> Self {
        Self { law, span: span.span_id, title: Some(Title::from(span)), message: format!("{} {message}", span.title()) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law, self.message)
    }
}

/// The input of all checks: the trace, its trees, and the exceptions.
struct Case<'a> {
    trace: &'a Trace,
    forest: Forest,
    remote_parent: Option<SpanId>,
}

/// Checks all invariants and returns the violations; an empty list means that all of them hold.
///
/// The findings about the structure of the trace come first, then all others, parents before children.
pub fn check(trace: &Trace, options: &Options) -> Vec<Finding> {
    let case = Case { trace, forest: trace.forest(), remote_parent: options.remote_parent };
    let mut findings = structure::one_root(&case);
    findings.extend(structure::no_orphans(&case));
    findings.extend(structure::unique_span_ids(&case));
    for (span, _) in case.forest.all() {
        let parent = case.forest.parent(span).map(|parent| &trace.spans[parent]);
        let span = &trace.spans[span];
        findings.extend(times::end_after_start(span));
        findings.extend(parent.and_then(|parent| times::start_after_parent(span, parent)));
        findings.extend(parent.and_then(|parent| times::end_within_parent(span, parent)));
        findings.extend(conventions::required_attributes(span));
        findings.extend(credentials::no_credentials(span));
    }
    findings
}
