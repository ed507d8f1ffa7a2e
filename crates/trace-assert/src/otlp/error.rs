//! The error of the OTLP JSON reader.

/// The reason why a text could not be read as spans.
#[derive(Debug, thiserror::Error)]
pub enum OtlpError {
    /// The text is not JSON, or JSON of another structure.
    #[error("invalid OTLP JSON")]
    Json(#[from] serde_json::Error),
    /// The document is a JSON object without traces; the variant contains the keys of the object.
    #[error("no OTLP traces: expected `resourceSpans` or `result`, got {0}")]
    Unknown(String),
    /// The query API returned an error instead of traces.
    #[error("the query API returned status {code}: {message}")]
    Answer {
        /// The HTTP status in the response; 404 means that the trace is not stored.
        code: u16,
        /// The message in the response.
        message: String,
    },
    /// A span has an invalid field.
    #[error("invalid span {name:?}: {problem}")]
    Span {
        /// The name of the span.
        name: String,
        /// Which field is invalid, and why.
        problem: String,
    },
}
