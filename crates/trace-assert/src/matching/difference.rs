//! A single difference between a span and a line.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A single difference between a span and a line of an expectation.
///
/// Displayed as `db.system.name expected "redis", got "memcached"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What differs: the key of an attribute, `name`, `status`, an event, a link, and so on.
    pub subject: String,
    /// The expected value; empty if only presence is expected.
    pub expected: String,
    /// The observed value, or a description of what was found instead.
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
