//! Laws: what holds for every trace, without being asked for.
//!
//! | law | holds when |
//! | --- | --- |
//! | `one-root` | one span has no parent (or, with [`Options::remote_parent`], no span has none); no cycle of parents |
//! | `no-orphans` | the parent of every span is in the trace, or is the remote parent |
//! | `unique-span-ids` | no two spans have the same id |
//! | `end-after-start` | no span ends before it starts |
//! | `start-after-parent` | no child starts before its parent |
//! | `end-within-parent` | a SERVER below a CLIENT, and an INTERNAL or CLIENT below anything but PRODUCER and CONSUMER, ends no later than its parent |
//! | `required-attributes` | what the semantic conventions for HTTP, databases and messaging require is there |
//! | `no-credentials` | no key and no value looks like a credential, no value like an e-mail address |

mod cards;
mod conventions;
mod credentials;
mod structure;
mod times;

use std::fmt;

use crate::{Forest, Span, SpanId, Trace};

/// What a trace is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The one span that spans of the trace may have for a parent though it is not stored: that of a caller who
    /// exports nothing.  The spans below it are the roots then.
    pub remote_parent: Option<SpanId>,
}

/// A law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// A trace has one root.
    OneRoot,
    /// The parent of every span is in the trace.
    NoOrphans,
    /// No two spans have the same id.
    UniqueSpanIds,
    /// No span ends before it starts.
    EndAfterStart,
    /// No child starts before its parent.
    StartAfterParent,
    /// Work that someone waits for ends before the waiting does.
    EndWithinParent,
    /// The attributes that the semantic conventions require are there.
    RequiredAttributes,
    /// Nothing that looks like a credential or an e-mail address is on a span.
    NoCredentials,
}

impl Law {
    /// Its name.
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

/// A span that breaks a law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The law.
    pub law: Law,
    /// The span; all zeros where the trace as a whole breaks it.
    pub span: SpanId,
    /// How, in a sentence that names the span.
    pub message: String,
}

impl Finding {
    fn new(law: Law, span: &Span, message: impl fmt::Display) -> Self {
        Self { law, span: span.span_id, message: format!("{} {message}", span.title()) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law, self.message)
    }
}

/// A trace with its trees, as each law looks at it.
struct Case<'a> {
    trace: &'a Trace,
    forest: Forest,
    remote_parent: Option<SpanId>,
}

/// Checks every law; an empty answer means that all hold.
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
