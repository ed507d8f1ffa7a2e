//! Why a tail sampler kept a trace, or why it cannot be said that it dropped one.

use std::fmt;

use serde::{Deserialize, Serialize};

use ledger::Total;

/// Why a stored trace names no policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNoPolicy {
    /// The tail sampler of this collector has no policy.
    NoPolicies(String),
    /// The tail sampler of this collector does not record why it keeps a trace.
    NotRecorded(String),
    /// No collector samples.
    NoSampler,
}

impl WhyNoPolicy {
    /// Why no trace of the run names a policy.
    pub(crate) fn find(total: &Total) -> Self {
        match total.sampled.first() {
            Some(sampled) if sampled.policies.is_empty() => Self::NoPolicies(sampled.at.clone()),
            Some(sampled) => Self::NotRecorded(sampled.at.clone()),
            None => Self::NoSampler,
        }
    }

    /// The collector that it is about.
    #[must_use]
    pub fn at(&self) -> Option<&str> {
        match self {
            Self::NoPolicies(at) | Self::NotRecorded(at) => Some(at),
            Self::NoSampler => None,
        }
    }
}

impl fmt::Display for WhyNoPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPolicies(at) => write!(f, "the sampler of {at} has no policy"),
            Self::NotRecorded(at) => write!(f, "{at} samples, and does not record why (feature gate `recordpolicy`)"),
            Self::NoSampler => {
                f.write_str("no collector samples; is `tail_sampling` in a pipeline, and do the services export to it?")
            }
        }
    }
}

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

/// A tail sampler that may have dropped a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// The collector.
    pub at: String,
    /// How many traces it evicted before their decision.
    pub evicted: u64,
    /// How many traces its policies refused.
    pub refused: u64,
}

impl Suspect {
    /// The first tail sampler that evicted traces, or else the first that refused some.
    #[must_use]
    pub fn find(total: &Total) -> Option<Self> {
        let evicting = total.sampled.iter().find(|sampled| sampled.evicted > 0);
        let found = evicting.or_else(|| total.sampled.iter().find(|sampled| sampled.refused > 0))?;
        Some(Self { at: found.at.clone(), evicted: found.evicted, refused: found.refused })
    }
}

impl fmt::Display for Suspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, evicted, refused } = self;
        match evicted {
            0 => write!(f, "the policies of {at} refused {refused} traces"),
            _ => write!(f, "{at} pushed {evicted} traces out undecided"),
        }
    }
}
