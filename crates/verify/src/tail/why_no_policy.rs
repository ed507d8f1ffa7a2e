//! Why a stored trace names no policy of a tail sampler.

use serde::{Deserialize, Serialize};

use ledger::Total;

/// Why a stored trace names no policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum WhyNoPolicy {
    /// The tail sampler of this collector has no policy.
    #[error("the tail sampler of {0} has no policies")]
    NoPolicies(String),
    /// The tail sampler of this collector does not record why it keeps a trace.
    #[error("the tail sampler of {0} does not record its policies (feature gate `recordpolicy`)")]
    NotRecorded(String),
    /// No collector has a tail sampler.
    #[error(
        "no tail sampler has received a trace; check that `tail_sampling` is in a pipeline to which the services export"
    )]
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
