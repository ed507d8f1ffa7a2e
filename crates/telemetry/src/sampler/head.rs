//! The head sampler of a process as it can be asked about: its name, its argument, and what Jaeger served last.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry_sdk::trace::ShouldSample;
use serde::Serialize;
use serde_json::Value;

use super::kind::{SamplerError, SamplerKind};

/// The sampler that the environment names, and what it has been told since.
#[derive(Clone, Debug)]
pub(crate) struct HeadSampler {
    kind: SamplerKind,
    served: Served,
}

/// The strategy that Jaeger answered last; nothing where it has not answered yet, or is not asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Served(Arc<Mutex<Option<Value>>>);

/// What the admin listener says of it.
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

    /// The sampler itself, for the service of that name.
    pub(crate) fn build(&self, service: &str) -> Result<Box<dyn ShouldSample>, SamplerError> {
        self.kind.build(service, &self.served)
    }

    /// What it is at this moment.
    pub(crate) fn said(&self) -> Said {
        Said { sampler: self.kind.name(), argument: self.kind.argument(), served: self.served.book().clone() }
    }
}

impl Served {
    /// Remembers an answer; whether it is another one than the last.
    pub(super) fn note(&self, strategy: &Value) -> bool {
        let mut book = self.book();
        let differs = book.as_ref() != Some(strategy);
        if differs {
            *book = Some(strategy.clone());
        }
        differs
    }

    fn book(&self) -> MutexGuard<'_, Option<Value>> {
        // A value is replaced as a whole, so a poisoned lock still guards one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
