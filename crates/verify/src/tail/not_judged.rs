//! Why the absence of a trace does not prove that a tail sampler dropped it.

use serde::{Deserialize, Serialize};

use crate::tail::why_no_policy::WhyNoPolicy;
use ledger::counted;

/// Why the absence of a trace does not prove that policies dropped it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotJudged {
    /// No tail sampler has policies that could have dropped it.
    #[error("no policy dropped it: {0}")]
    NoPolicy(WhyNoPolicy),
    /// A tail sampler evicted traces before their decision.
    #[error("maybe no policy dropped it: {at} evicted {} before a decision", counted(*traces, "trace"))]
    Evicted {
        /// The collector.
        at: String,
        /// How many traces.
        traces: u64,
    },
    /// Spans were lost.
    #[error("maybe no policy dropped it: the ledger counts {}", counted(*spans, "lost span"))]
    Lost {
        /// How many.
        spans: u64,
    },
}

impl NotJudged {
    /// The collector that it is about.
    #[must_use]
    pub fn at(&self) -> Option<&str> {
        match self {
            Self::NoPolicy(why) => why.at(),
            Self::Evicted { at, .. } => Some(at),
            Self::Lost { .. } => None,
        }
    }
}
