//! The head sampler of a process, with the state that the admin listener shows: name, argument, and the last strategy
//! from Jaeger.

use opentelemetry_sdk::trace::ShouldSample;
use serde::Serialize;
use serde_json::Value;

use super::error::SamplerError;
use super::kind::SamplerKind;
use super::served::Served;

/// The sampler that the environment selects, and the last strategy that it received.
#[derive(Clone, Debug)]
pub(crate) struct HeadSampler {
    kind: SamplerKind,
    served: Served,
}

/// The sampler's part of the body of `/sampler`.
#[derive(Debug, Serialize)]
pub(crate) struct Said {
    sampler: &'static str,
    argument: Option<String>,
    served: Option<Value>,
}

impl HeadSampler {
    pub(crate) fn new(kind: SamplerKind) -> Self {
        Self { kind, served: Served::default() }
    }

    /// Builds the sampler. Jaeger selects the strategy by the name in `service`.
    pub(crate) fn build(&self, service: &str) -> Result<Box<dyn ShouldSample>, SamplerError> {
        self.kind.build(service, &self.served)
    }

    /// The current state of the sampler.
    pub(crate) fn said(&self) -> Said {
        Said { sampler: self.kind.name(), argument: self.kind.argument(), served: self.served.latest() }
    }
}
