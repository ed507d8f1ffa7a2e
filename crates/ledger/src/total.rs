//! The ledger of a settled run: how many spans ended, arrived, were lost or stored twice, and where.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use trace_assert::{SpanId, Trace, TraceId};

use crate::counter_deltas::CounterDeltas;
use crate::ended_span::EndedSpan;
use crate::hop_total::HopTotal;
use crate::loss::Loss;
use crate::sampled::Sampled;
use crate::sweep::Sweep;

/// How a run's spans ended up.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Total {
    /// Spans that the services recorded and ended.
    pub ended: u64,
    /// Spans that the services exported.
    pub exported: u64,
    /// Distinct spans in the store.
    pub stored: u64,
    /// Spans of traces that a tail sampler refused.
    pub sampled_out: u64,
    /// Spans that ended, were not sampled out, and are not in the store.
    pub lost: u64,
    /// Spans that are in the store more than once.
    pub duplicates: u64,
    /// Spans that no service recorded, by its sampler's decision.
    pub non_recording: u64,
    /// The same by service, those with none left out.
    pub non_recording_by: BTreeMap<String, u64>,
    /// Every hop, in the direction in which spans move.
    pub hops: Vec<HopTotal>,
    /// Where spans were lost.
    pub losses: Vec<Loss>,
    /// The spans that are not stored and that no sampler dropped, as far as they can still be named.
    pub missing: Vec<EndedSpan>,
    /// What tail samplers decided.
    pub sampled: Vec<Sampled>,
    /// The spans of whole traces that are not stored, where a tail sampler dropped as many.
    pub dropped: Vec<EndedSpan>,
    /// Services that exited without a shutdown report: their last counts are in no figure.
    pub silent: Vec<String>,
}

impl Total {
    /// Adds up balanced deltas and what the store returned.
    pub(crate) fn new(
        deltas: &CounterDeltas,
        sweep: &Sweep,
        ended_before: &BTreeSet<EndedSpan>,
        traces: &[Trace],
    ) -> Self {
        let stored: BTreeSet<(TraceId, SpanId)> =
            traces.iter().flat_map(|trace| &trace.spans).map(|span| (span.trace_id, span.span_id)).collect();
        let ended: u64 = deltas.services.values().map(|service| service.ended).sum();
        let hops: Vec<HopTotal> = deltas.hops.iter().map(HopTotal::from).collect();
        let sent = hops.last().map_or(0, |store| store.exported.sent);
        let count = stored.len() as u64;
        let sampled: Vec<Sampled> = deltas.hops.iter().filter_map(|(name, hop)| Sampled::new(name, hop)).collect();
        let sampled_out = sampled.iter().map(|sampled| sampled.spans_refused).sum();
        let lost = ended.saturating_sub(count + sampled_out);
        let mut losses = deltas.losses();
        let explained: u64 = losses.iter().map(|loss| loss.count).sum();
        losses.extend(lost.checked_sub(explained).filter(|count| *count > 0).map(Loss::unexplained));
        let non_recording = deltas.services.iter().map(|(name, service)| (name.clone(), service.non_recording));
        let mut not_stored = sweep.ended();
        not_stored.retain(|span| !ended_before.contains(span) && !stored.contains(&(span.trace_id, span.span_id)));
        let (dropped, missing) = dropped_and_missing(not_stored, traces, sampled_out);
        Self {
            ended,
            exported: deltas.services.values().map(|service| service.exported).sum(),
            stored: count,
            sampled_out,
            lost,
            duplicates: sent.saturating_sub(count),
            non_recording: deltas.services.values().map(|service| service.non_recording).sum(),
            non_recording_by: non_recording.filter(|(_, count)| *count > 0).collect(),
            hops,
            losses,
            missing,
            sampled,
            dropped,
            silent: deltas.silent.iter().cloned().collect(),
        }
    }

    /// Whether the store has no more spans than the sweep counted as sent to it: otherwise one arrived after the sweep.
    pub(crate) fn store_matches_sweep(&self) -> bool {
        self.hops.last().is_none_or(|store| self.stored <= store.exported.sent)
    }
}

/// What is not stored, apart: what a sampler dropped, and what is missing. A sampler drops whole traces, so a span whose trace
/// is there was not dropped by one; and more than it counted it did not drop either, so then every one of them may be lost.
fn dropped_and_missing(
    spans: BTreeSet<EndedSpan>,
    traces: &[Trace],
    sampled_out: u64,
) -> (Vec<EndedSpan>, Vec<EndedSpan>) {
    if sampled_out == 0 {
        return (Vec::new(), spans.into_iter().collect());
    }
    let there: BTreeSet<TraceId> = traces.iter().map(|trace| trace.id).collect();
    let (incomplete, whole): (Vec<EndedSpan>, Vec<EndedSpan>) =
        spans.into_iter().partition(|span| there.contains(&span.trace_id));
    if whole.len() as u64 > sampled_out { (Vec::new(), [incomplete, whole].concat()) } else { (whole, incomplete) }
}
