//! Traces that may be stored without a step.

use std::ops::RangeInclusive;

use trace_assert::Expectation;

/// Traces that the system makes by itself, such as the refresh of a cache.
#[derive(Debug, Clone)]
pub struct Background {
    /// What it is.
    pub caption: String,
    /// Behaviours that it covers.
    pub covers: Vec<String>,
    /// How many of them there may be.
    pub times: RangeInclusive<usize>,
    /// Its tree.
    pub tree: Expectation,
}
