//! One thing that is still in flight, as data.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::bypass::Bypass;
use crate::link::Sender;
use crate::list::counted;
use crate::read_error::ReadError;

/// Why the deltas are not final yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Pending {
    /// A service has started spans that have not ended.
    #[error("{service}: {} live", counted(*spans, "span"))]
    Live {
        /// The service.
        service: String,
        /// How many spans.
        spans: i64,
    },
    /// A service has ended spans that its batch processor has not accepted.
    #[error("{service}: {} ended and not yet processed", counted(*spans, "span"))]
    Unprocessed {
        /// The service.
        service: String,
        /// How many spans.
        spans: i64,
    },
    /// A service holds spans that it has not exported.
    #[error("{service}: {} processed and not yet exported", counted(*spans, "span"))]
    Unexported {
        /// The service.
        service: String,
        /// How many spans.
        spans: i64,
    },
    /// A collector or the store holds spans.
    #[error("{at}: {} held{}", counted(*spans, "span"), refused_and_undecided(*refused, undecided.as_ref()))]
    Held {
        /// The part.
        at: String,
        /// How many spans.
        spans: i64,
        /// How many spans it has refused so far, which their senders retry.
        refused: u64,
        /// What its tail sampler has not decided yet.
        undecided: Option<Undecided>,
    },
    /// Messages that were delivered and not processed.
    #[error("{consumed} of {} processed", counted(*delivered, "message"))]
    Messages {
        /// How many were processed.
        consumed: u64,
        /// How many were delivered.
        delivered: u64,
    },
    /// Spans bypassed a hop.
    #[error("{0}")]
    Bypass(Bypass),
    /// A hop has accepted less than was sent to it.
    #[error("{to}: accepted {accepted} of the {} that {from} exported", counted(*exported, "span"))]
    Short {
        /// The sender.
        from: Sender,
        /// The hop.
        to: String,
        /// How many spans it accepted.
        accepted: u64,
        /// How many were exported to it.
        exported: u64,
    },
    /// A part did not show its counters.
    #[error("{error}")]
    Unreadable {
        /// The part.
        part: String,
        /// What happened, and where.
        error: String,
    },
    /// Spans reached the store while it was read.
    #[error("spans arrived while the lab read the store")]
    StillArriving,
}

/// What a tail sampler has not decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undecided {
    /// How many traces; 0 where the sampler has to run once more before its figures count.
    pub traces: u64,
    /// Its `decision_wait`, such as `2s`.
    pub decision_wait: String,
}

impl Pending {
    /// The parts that it is about.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Self::Live { service: part, .. }
            | Self::Unprocessed { service: part, .. }
            | Self::Unexported { service: part, .. }
            | Self::Held { at: part, .. }
            | Self::Unreadable { part, .. } => vec![part],
            Self::Bypass(bypass) => bypass.parts(),
            Self::Short { from, to, .. } => from.hop().into_iter().chain([to.as_str()]).collect(),
            Self::Messages { .. } | Self::StillArriving => Vec::new(),
        }
    }
}

impl From<&ReadError> for Pending {
    fn from(error: &ReadError) -> Self {
        Self::Unreadable { part: error.part.clone(), error: error.with_causes() }
    }
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.traces {
            0 => f.write_str("waiting for the next decision of the tail sampler"),
            traces => write!(f, "{} undecided, decision_wait {}", counted(traces, "trace"), self.decision_wait),
        }
    }
}

fn refused_and_undecided(refused: u64, undecided: Option<&Undecided>) -> String {
    let mut text = String::new();
    if refused > 0 {
        text = format!(" ({} refused so far, to be retried by their senders)", counted(refused, "span"));
    }
    undecided.map_or(text.clone(), |undecided| format!("{text}, {undecided}"))
}
