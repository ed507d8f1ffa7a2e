//! Rendering traces for people.

use crate::Trace;

/// The trace as a waterfall of at most `width` columns.
pub fn waterfall(trace: &Trace, width: usize) -> String {
    format!("{width} {}", trace.spans.len())
}
