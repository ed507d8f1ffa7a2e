//! What can be wrong with OTLP JSON.

/// Why a text could not be read as spans.
#[derive(Debug, thiserror::Error)]
pub enum OtlpError {
    /// Not JSON, or JSON of another shape.
    #[error("not OTLP JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A JSON object that holds no spans.
    #[error("not OTLP traces: expected `resourceSpans` or `result`, got {0}")]
    Unknown(String),
    /// The query API answered an error instead of traces.
    #[error("the query API answered {code}: {message}")]
    Answer {
        /// The HTTP status that the answer carries; 404 means that the trace is not stored.
        code: u16,
        /// What it says.
        message: String,
    },
    /// A span whose content is impossible.
    #[error("span {name:?}: {problem}")]
    Span {
        /// The span's name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}
