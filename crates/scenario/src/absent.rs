//! Spans that no stored trace may have.

use trace_assert::Pattern;

/// A span that no stored trace may have.
#[derive(Debug, Clone)]
pub struct Absent {
    /// What must not be.
    pub caption: String,
    /// Behaviours that it covers.
    pub covers: Vec<String>,
    /// The span.
    pub span: Pattern,
}
