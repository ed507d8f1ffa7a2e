//! Why a stored trace names no policy of a tail sampler.

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
