//! The invariants by name.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An invariant: what must hold for every trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invariant {
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

impl Invariant {
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

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
