//! What one service did with its spans.

use serde::{Deserialize, Serialize};

/// What one service did with its spans.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct ServiceTotal {
    /// The service.
    pub name: String,
    /// Spans that it recorded and ended.
    pub ended: u64,
    /// Spans whose export succeeded.
    pub exported: u64,
    /// Spans that it did not record, by its sampler's decision.
    pub non_recording: u64,
}
