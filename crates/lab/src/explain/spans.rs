//! The spans of one trace, by id: which ended, which of them are stored, which are missing.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::{Span, SpanId};

use super::evidence::{Ended, Evidence};

/// The attribute of the scope of a late span, which a remembered decision let through.
pub(super) const REMEMBERED: &str = "tailsampling.cached_decision";

impl Evidence {
    /// The stored spans, duplicates included.
    pub(super) fn spans(&self) -> &[Span] {
        self.stored.as_ref().map_or(&[], |trace| &trace.spans)
    }

    fn ids(&self) -> BTreeSet<SpanId> {
        self.spans().iter().map(|span| span.span_id).collect()
    }

    /// Spans that ended to be exported, and that are not stored.
    pub(super) fn missing(&self) -> Vec<&Ended> {
        let stored = self.ids();
        self.ended.iter().filter(|span| span.sampled && !stored.contains(&span.span_id)).collect()
    }

    /// How many different spans are stored, and how many ended, as far as somebody still knows of them.
    pub(super) fn counts(&self) -> (usize, usize) {
        let stored = self.ids().len();
        (stored, stored + self.missing().len())
    }

    /// Stored spans whose parent is neither stored, nor remembered by a service, nor known to be a caller's.
    pub(super) fn strays(&self) -> Vec<&Span> {
        let mut known = self.ids();
        known.extend(self.ended.iter().map(|span| span.span_id).chain(self.callers.iter().copied()));
        self.spans().iter().filter(|span| span.parent.is_some_and(|parent| !known.contains(&parent))).collect()
    }

    /// Stored spans that came after the decision about their trace.
    pub(super) fn late(&self) -> Vec<&Span> {
        self.spans().iter().filter(|span| span.scope.attributes.contains_key(REMEMBERED)).collect()
    }

    /// The services that have to do with the trace.
    pub(super) fn services(&self) -> BTreeSet<&str> {
        let ended = self.ended.iter().map(|span| span.service.as_str());
        self.spans().iter().map(Span::service).chain(ended).collect()
    }
}

/// `items ended "GET", "GET /data"; users ended …`.
pub(super) fn by_service<'a>(spans: impl IntoIterator<Item = &'a Ended>) -> String {
    let mut services: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for span in spans {
        services.entry(&span.service).or_default().push(format!("\"{}\"", span.name));
    }
    let told = services.into_iter().map(|(service, names)| format!("{service} ended {}", names.join(", ")));
    told.collect::<Vec<_>>().join("; ")
}

/// `items SERVER "GET /data", users CLIENT "GET"`.
pub(super) fn titles(spans: &[&Span]) -> String {
    spans.iter().map(|span| span.title()).collect::<Vec<_>>().join(", ")
}
