//! Lists and numbers in messages.

use std::fmt::Display;

/// Findings, or what is in flight, as one line.
#[must_use]
pub fn joined<T: Display>(entries: &[T]) -> String {
    entries.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// `1 span`, `2 spans`.
#[must_use]
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
