//! The stored traces of a run, and which of them are explained.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::{Span, Trace, TraceId, render};

/// How many columns a picture of a trace may take.
const PICTURE: usize = 100;

/// The stored traces of a run. A trace is explained when a step or a background tree accounts for it.
#[derive(Debug)]
pub(crate) struct StoredTraces<'a> {
    traces: BTreeMap<TraceId, &'a Trace>,
    explained: BTreeSet<TraceId>,
}

impl<'a> StoredTraces<'a> {
    /// No trace is explained yet.
    pub(crate) fn new(traces: &'a [Trace]) -> Self {
        let traces = traces.iter().map(|trace| (trace.id, trace)).collect();
        Self { traces, explained: BTreeSet::new() }
    }

    pub(crate) fn get(&self, id: TraceId) -> Option<&'a Trace> {
        self.traces.get(&id).copied()
    }

    /// How many of these traces are stored.
    pub(crate) fn count(&self, ids: &[TraceId]) -> usize {
        ids.iter().filter(|id| self.traces.contains_key(id)).count()
    }

    /// Notes that traces are accounted for.
    pub(crate) fn explain(&mut self, ids: impl IntoIterator<Item = TraceId>) {
        self.explained.extend(ids);
    }

    /// The traces that nothing accounts for.
    pub(crate) fn unexplained(&self) -> Vec<&'a Trace> {
        self.traces.values().filter(|trace| !self.explained.contains(&trace.id)).copied().collect()
    }

    /// The other traces with a link to this one.
    pub(crate) fn linking_to(&self, id: TraceId) -> Vec<&'a Trace> {
        let links = |trace: &Trace| trace.spans.iter().flat_map(|span| &span.links).any(|link| link.trace_id == id);
        self.traces.values().filter(|trace| trace.id != id && links(trace)).copied().collect()
    }

    /// The trace, and below it those that link to it.
    pub(crate) fn picture(&self, id: TraceId) -> String {
        self.get(id).into_iter().chain(self.linking_to(id)).map(picture).collect()
    }

    /// Every stored span.
    pub(crate) fn spans(&self) -> impl Iterator<Item = &'a Span> {
        self.traces.values().flat_map(|trace| &trace.spans)
    }
}

/// One trace, for the screen.
pub(crate) fn picture(trace: &Trace) -> String {
    render::waterfall(trace, PICTURE)
}
