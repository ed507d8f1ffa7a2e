//! A span that a service recorded and ended.

use trace_assert::SpanId;

/// A span that a service recorded and ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ended {
    /// The service.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its id.
    pub span_id: SpanId,
    /// Whether it was to be exported.
    pub sampled: bool,
}
