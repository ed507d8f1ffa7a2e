//! A link of the chain: what one hop sent, beside what the next hop accepted.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A sender of spans to a hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// The services together.
    Services,
    /// The hop before it.
    Hop(String),
}

impl Sender {
    /// The hop, if it is one.
    pub(crate) fn hop(&self) -> Option<&str> {
        match self {
            Self::Services => None,
            Self::Hop(name) => Some(name),
        }
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hop().unwrap_or("the services"))
    }
}

/// Two neighbors, and what both count of the same spans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The sender.
    pub from: Sender,
    /// The receiver.
    pub to: String,
    /// Spans whose export succeeded: they have arrived.
    #[serde(rename = "certain")]
    pub exported: u64,
    /// Spans whose export failed: they may have arrived nevertheless.
    #[serde(rename = "possible")]
    pub maybe_exported: u64,
    /// Spans that the receiver accepted.
    pub accepted: u64,
}

impl Link {
    /// Received spans that no sender counts: an export that had arrived was tried again, or an unknown program sends.
    pub(crate) fn surplus(&self) -> u64 {
        self.accepted.saturating_sub(self.exported.saturating_add(self.maybe_exported))
    }

    /// Spans that were certainly sent and that the receiver has not accepted: they are in flight, or went somewhere else.
    pub(crate) fn shortfall(&self) -> u64 {
        self.exported.saturating_sub(self.accepted)
    }
}
