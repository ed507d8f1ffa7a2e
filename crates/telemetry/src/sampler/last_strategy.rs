//! The last strategy that Jaeger returned to the remote sampler.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// A strategy as Jaeger returned it; `None` before the first response, and for samplers that do not query Jaeger.
/// Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct LastStrategy(Arc<Mutex<Option<Value>>>);

impl LastStrategy {
    /// Stores a strategy. Returns whether it differs from the previous one.
    pub(super) fn replace(&self, strategy: &Value) -> bool {
        // The value is replaced as a whole, so the data behind a poisoned lock is consistent.
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let differs = latest.as_ref() != Some(strategy);
        if differs {
            *latest = Some(strategy.clone());
        }
        differs
    }

    /// The stored strategy.
    pub(super) fn get(&self) -> Option<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
