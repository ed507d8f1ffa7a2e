//! Laws: what holds for every trace, without being asked for.

use std::fmt;

use crate::{SpanId, Trace};

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
        f.write_str(self.name())
    }
}

/// A span that breaks a law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The law.
    pub law: Law,
    /// The span.
    pub span: SpanId,
    /// How, in a sentence that names the span.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law, self.message)
    }
}

/// Checks every law.
pub fn check(_trace: &Trace, _options: &Options) -> Vec<Finding> {
    Vec::new()
}
