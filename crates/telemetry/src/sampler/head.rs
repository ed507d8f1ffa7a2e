//! The head sampler of a process, with the state that the admin listener shows: name, argument, and the last strategy
//! from Jaeger.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry_sdk::trace::ShouldSample;
use serde::Serialize;
use serde_json::Value;

use super::kind::{SamplerError, SamplerKind};

/// The sampler that the environment selects, and the last strategy that it received.
#[derive(Clone, Debug)]
pub(crate) struct HeadSampler {
    kind: SamplerKind,
    served: Served,
}

/// The last strategy that Jaeger returned; `None` before the first response, and for samplers that do not query
/// Jaeger.
#[derive(Clone, Debug, Default)]
pub(crate) struct Served(Arc<Mutex<Option<Value>>>);

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
        Said { sampler: self.kind.name(), argument: self.kind.argument(), served: self.served.book().clone() }
    }
}

impl Served {
    /// Stores a strategy. Returns whether it differs from the previous one.
    pub(super) fn note(&self, strategy: &Value) -> bool {
        let mut book = self.book();
        let differs = book.as_ref() != Some(strategy);
        if differs {
            *book = Some(strategy.clone());
        }
        differs
    }

    fn book(&self) -> MutexGuard<'_, Option<Value>> {
        // The value is replaced as a whole, so the data behind a poisoned lock is consistent.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
