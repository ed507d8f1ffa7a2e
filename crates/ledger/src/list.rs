//! Lists and numbers in messages.

use std::collections::BTreeMap;
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

/// ` (items 414, users 2)`: a number by part, as the end of a sentence; empty if every number is 0.
#[must_use]
pub fn by_part(counts: &BTreeMap<String, u64>) -> String {
    let counts = counts.iter().filter(|(_, count)| **count > 0);
    let counts: Vec<String> = counts.map(|(part, count)| format!("{part} {count}")).collect();
    if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) }
}
