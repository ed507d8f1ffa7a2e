//! What a span is (its kind) and how it ended (its status).

use std::{fmt, str::FromStr};

/// The kind of a span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Work inside one process; also what an unspecified kind is read as.
    #[default]
    Internal,
    /// The handling of a request.
    Server,
    /// A request to another process.
    Client,
    /// The sending of a message.
    Producer,
    /// The handling of a message.
    Consumer,
}

impl Kind {
    /// All kinds, in the order of their OTLP numbers.
    pub const ALL: [Self; 5] = [Self::Internal, Self::Server, Self::Client, Self::Producer, Self::Consumer];

    /// The word an expectation uses.
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

/// A word that is not a kind.
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

/// How a span ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nothing was said.
    #[default]
    Unset,
    /// Someone decided that it succeeded.
    Ok,
    /// It failed; the message may be empty.
    Error(String),
}

impl Status {
    /// Whether the span failed.
    pub fn is_error(&self) -> bool {
        matches!(self, Self::Error(_))
    }
}
