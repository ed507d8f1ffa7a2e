//! A span that a service ended and the store does not have.

use serde::{Deserialize, Serialize};
use trace_assert::{SpanId, TraceId};

/// One span that a service ended and the store does not have.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Missing {
    /// The service that ended it.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
}
