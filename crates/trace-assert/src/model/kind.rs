//! The kind of a span, and the status with which it ended.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The kind of a span, as defined by the OpenTelemetry specification.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// Work within one process; an unspecified kind is also read as this one.
    #[default]
    Internal,
    /// Handles a request from another process.
    Server,
    /// Sends a request to another process.
    Client,
    /// Sends a message.
    Producer,
    /// Processes a message.
    Consumer,
}

impl Kind {
    /// All kinds, in the order of their numbers in OTLP.
    pub const ALL: [Self; 5] = [Self::Internal, Self::Server, Self::Client, Self::Producer, Self::Consumer];

    /// Returns the word that expectations use, for example `SERVER`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Internal => "INTERNAL",
            Self::Server => "SERVER",
            Self::Client => "CLIENT",
            Self::Producer => "PRODUCER",
            Self::Consumer => "CONSUMER",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The error for a word that is not a span kind; it contains the word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a span kind: expected SERVER, CLIENT, PRODUCER, CONSUMER or INTERNAL")]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        let found = Self::ALL.into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| UnknownKind(word.to_owned()))
    }
}

/// The status with which a span ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// The instrumentation set no status.
    #[default]
    Unset,
    /// The instrumentation or the application marked the span as successful.
    Ok,
    /// The span failed; the description may be empty.
    Error(String),
}

impl Status {
    /// Returns whether the span failed.
    pub fn is_error(&self) -> bool {
        matches!(self, Self::Error(_))
    }
}
