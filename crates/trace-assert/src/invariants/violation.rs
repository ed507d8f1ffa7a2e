//! A violation: which invariant does not hold, and for which span.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::invariant::Invariant;
use crate::model::{Span, SpanId, Title};

/// A violation of an invariant by one span, or by the trace as a whole.
///
/// Displayed as `one-root: …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The invariant that does not hold.
    pub invariant: Invariant,
    /// The ID of the span; all zeros if the trace as a whole violates the invariant.
    pub span: SpanId,
    /// The title of the span; `None` if the trace as a whole violates the invariant.
    pub title: Option<Title>,
    /// What is wrong, in a sentence that names the span.
    pub message: String,
}

impl Violation {
    /// Creates a violation by a span; its message is the title of the span followed by `message`.
    pub(super) fn new(invariant: Invariant, span: &Span, message: impl fmt::Display) -> Self {
        let message = format!("{} {message}", span.title());
        Self { invariant, span: span.span_id, title: Some(Title::from(span)), message }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.message)
    }
}
