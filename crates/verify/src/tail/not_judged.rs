//! Why the absence of a trace does not prove that a tail sampler refused it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::tail::why_no_policy::WhyNoPolicy;

/// Why the absence of a trace does not prove that policies refused it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotJudged {
    /// No tail sampler has policies that could have refused it.
    NoPolicy(WhyNoPolicy),
    /// A tail sampler evicted traces before their decision.
    Evicted {
        /// The collector.
        at: String,
        /// How many traces.
        traces: u64,
    },
    /// Spans were lost.
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

impl fmt::Display for NotJudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPolicy(why) => write!(f, "and no policy refused it: {why}"),
            Self::Evicted { at, traces } => {
                write!(f, "but nobody can say that it was refused: {at} pushed {traces} traces out undecided")
            }
            Self::Lost { spans } => write!(f, "but nobody can say that it was refused: {spans} spans were lost"),
        }
    }
}
