//! The spans that a service ended, as its `/spans` page lists them.

use serde::Deserialize;
use trace_assert::{SpanId, TraceId};

/// A service's `/spans` page.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct SpansPage {
    /// The process: `service.instance.id`.
    pub instance: Option<String>,
    /// Recorded spans that ended, all of them.
    pub ended: u64,
    /// The latest of them.
    #[serde(default)]
    pub spans: Vec<EndedSpan>,
}

/// A span that a service ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct EndedSpan {
    /// Its trace.
    pub trace_id: TraceId,
    /// Its ID.
    pub span_id: SpanId,
    /// Its name.
    pub name: String,
    /// Whether it was to be exported.
    pub sampled: bool,
}
