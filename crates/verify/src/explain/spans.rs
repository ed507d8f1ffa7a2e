//! The spans of one trace, by id: which ended, which of them are stored, which are missing.

use std::collections::BTreeSet;

use trace_assert::{Span, SpanId};

use super::evidence::{Ended, Evidence};

/// The attribute of the scope of a late span, which a remembered decision let through.
pub const REMEMBERED: &str = "tailsampling.cached_decision";

impl Evidence {
    /// The stored spans, duplicates included.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        self.stored.as_ref().map_or(&[], |trace| &trace.spans)
    }

    fn ids(&self) -> BTreeSet<SpanId> {
        self.spans().iter().map(|span| span.span_id).collect()
    }

    /// Spans that ended to be exported, and that are not stored.
    #[must_use]
    pub fn missing(&self) -> Vec<&Ended> {
        let stored = self.ids();
        self.ended.iter().filter(|span| span.sampled && !stored.contains(&span.span_id)).collect()
    }

    /// How many different spans are stored, and how many ended, as far as somebody still knows of them.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let stored = self.ids().len();
        (stored, stored + self.missing().len())
    }

    /// Stored spans whose parent is neither stored, nor remembered by a service, nor known to be a caller's.
    #[must_use]
    pub fn strays(&self) -> Vec<&Span> {
        let mut known = self.ids();
        known.extend(self.ended.iter().map(|span| span.span_id).chain(self.callers.iter().copied()));
        self.spans().iter().filter(|span| span.parent.is_some_and(|parent| !known.contains(&parent))).collect()
    }

    /// Stored spans that came after the decision about their trace.
    #[must_use]
    pub fn late(&self) -> Vec<&Span> {
        self.spans().iter().filter(|span| span.scope.attributes.contains_key(REMEMBERED)).collect()
    }

    /// The services that have to do with the trace.
    #[must_use]
    pub fn services(&self) -> BTreeSet<&str> {
        let ended = self.ended.iter().map(|span| span.service.as_str());
        self.spans().iter().map(Span::service).chain(ended).collect()
    }
}
