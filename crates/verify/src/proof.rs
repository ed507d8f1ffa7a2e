//! What a case is judged by: the ledger of a settled run, the stored traces, and which of them are explained.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::{Span, Trace, TraceId};

use crate::significance_level::SignificanceLevel;
use ledger::Settled;

/// The evidence of a run. A trace is explained when a step or a background tree accounts for it.
#[derive(Debug)]
pub(crate) struct Proof<'a> {
    pub(crate) settled: &'a Settled,
    pub(crate) level: SignificanceLevel,
    traces: BTreeMap<TraceId, &'a Trace>,
    explained: BTreeSet<TraceId>,
}

impl<'a> Proof<'a> {
    /// No trace is explained yet.
    pub(crate) fn new(settled: &'a Settled, level: SignificanceLevel) -> Self {
        let traces = settled.traces.iter().map(|trace| (trace.id, trace)).collect();
        Self { settled, level, traces, explained: BTreeSet::new() }
    }

    pub(crate) fn get(&self, id: TraceId) -> Option<&'a Trace> {
        self.traces.get(&id).copied()
    }

    pub(crate) fn explain(&mut self, ids: impl IntoIterator<Item = TraceId>) {
        self.explained.extend(ids);
    }

    /// The traces that nothing accounts for.
    pub(crate) fn unexplained(&self) -> Vec<&'a Trace> {
        self.traces.values().filter(|trace| !self.explained.contains(&trace.id)).copied().collect()
    }

    /// The other traces with a link to this one.
    pub(crate) fn linking_to(&self, id: TraceId) -> Vec<&'a Trace> {
        self.traces.values().filter(|trace| trace.links_to(id)).copied().collect()
    }

    /// Every stored span.
    pub(crate) fn spans(&self) -> impl Iterator<Item = &'a Span> {
        self.traces.values().flat_map(|trace| &trace.spans)
    }
}
