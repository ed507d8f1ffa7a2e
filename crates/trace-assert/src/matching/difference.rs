//! One thing in which a span differs from a line.

use std::fmt;

/// One thing in which a span differs from a line of an expectation.
///
/// Shown as `db.system.name expected "redis", got "memcached"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs: an attribute's key, `name`, `status`, an event, a link, …
    pub subject: String,
    /// What was expected of it; empty if just that it is there.
    pub expected: String,
    /// What was there.
    pub got: String,
}

impl Difference {
    pub(super) fn new(subject: impl Into<String>, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { subject: subject.into(), expected: expected.into(), got: got.into() }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, expected, got } = self;
        let space = if expected.is_empty() { "" } else { " " };
        write!(f, "{subject} expected{space}{expected}, got {got}")
    }
}
