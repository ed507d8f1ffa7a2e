//! The head sampler of a process, with the state that the admin listener shows: name, argument, and the last strategy
//! from Jaeger.

use opentelemetry_sdk::trace::ShouldSample;
use serde::Serialize;
use serde_json::Value;

use super::kind::SamplerKind;
use super::last_strategy::LastStrategy;
use crate::init_error::InitError;

/// The sampler that the environment selects, and the last strategy that it received.
#[derive(Clone, Debug)]
pub(crate) struct HeadSampler {
    kind: SamplerKind,
    last_strategy: LastStrategy,
}

/// The sampler's part of the body of `/sampler`.
#[derive(Debug, Serialize)]
pub(crate) struct SamplerState {
    sampler: &'static str,
    argument: Option<String>,
    served: Option<Value>,
}

impl HeadSampler {
    pub(crate) fn new(kind: SamplerKind) -> Self {
        Self { kind, last_strategy: LastStrategy::default() }
    }

    /// Builds the sampler. Jaeger selects the strategy by the name in `service`.
    pub(crate) fn build(&self, service: &str) -> Result<Box<dyn ShouldSample>, InitError> {
        self.kind.build(service, &self.last_strategy)
    }

    /// The current state of the sampler.
    pub(crate) fn state(&self) -> SamplerState {
        SamplerState { sampler: self.kind.name(), argument: self.kind.argument(), served: self.last_strategy.get() }
    }
}
