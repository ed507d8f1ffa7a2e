//! The error of the expectation parser.

/// The error for a text that is not a valid expectation.
///
/// Displayed as `line 2, column 3: …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ParseError {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// What is wrong at this position, and what was expected.
    pub message: String,
}
