//! The spans that a service ended, as its `/spans` page lists them.

use serde::{Deserialize, Serialize};
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EndedSpan {
    /// The service; the page does not have it.
    #[serde(default)]
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its trace.
    pub trace_id: TraceId,
    /// Its ID.
    pub span_id: SpanId,
    /// Whether it was to be exported, as every span in a report was.
    #[serde(default = "yes", skip_serializing)]
    pub sampled: bool,
}

fn yes() -> bool {
    true
}
