//! The closed ledger: how many spans ended, arrived, were lost or stored twice, and where.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use trace_assert::{SpanId, Trace, TraceId};

use super::books::Account;
use super::counts::{EndedSpan, Hop};
use super::loss::Loss;
use super::sampled::Sampled;
use super::sweep::Sweep;

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
    pub unrecorded: u64,
    /// The same by service, those with none left out.
    pub unrecorded_by: BTreeMap<String, u64>,
    /// Every hop, in the direction in which spans move.
    pub hops: Vec<HopTotal>,
    /// Where spans were lost.
    pub losses: Vec<Loss>,
    /// The spans that are not stored and that no sampler dropped, as far as they can still be named.
    pub missing: Vec<Missing>,
    /// What tail samplers decided.
    pub sampled: Vec<Sampled>,
    /// The spans of whole traces that are not stored, where a tail sampler dropped as many.
    pub dropped: Vec<Missing>,
    /// Services that ended without saying what they had counted: what they took with them is in no figure.
    pub silent: Vec<String>,
}

/// What one hop did with the spans.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct HopTotal {
    /// The hop.
    pub name: String,
    /// Spans that it took.
    pub accepted: u64,
    /// Spans that the next hop took from it.
    pub sent: u64,
    /// Spans that it neither sent nor gave up.
    pub held: i64,
    /// Spans that it gave up after its retries.
    pub send_failed: u64,
    /// Spans for which its queue had no room.
    pub enqueue_failed: u64,
    /// Spans that it refused, to be retried.
    pub refused: u64,
}

/// One span that a service ended and the store does not have.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Missing {
    /// The service that ended it.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
}

impl Total {
    /// Adds up a balanced account and what the store answered.
    #[must_use]
    pub fn of(account: &Account, sweep: &Sweep, before: &BTreeSet<EndedSpan>, traces: &[Trace]) -> Self {
        let stored: BTreeSet<(TraceId, SpanId)> =
            traces.iter().flat_map(|trace| &trace.spans).map(|span| (span.trace_id, span.span_id)).collect();
        let ended = account.services.values().map(|service| service.ended).sum();
        let sent = account.hops.last().map_or(0, |(_, store)| store.sent());
        let count = stored.len() as u64;
        let sampled: Vec<Sampled> = account.hops.iter().filter_map(|(name, hop)| Sampled::of(name, hop)).collect();
        let sampled_out = sampled.iter().map(|sampled| sampled.spans_refused).sum();
        let (dropped, missing) = absent(missing(sweep, before, &stored), traces, sampled_out);
        Self {
            ended,
            exported: account.services.values().map(|service| service.exported).sum(),
            stored: count,
            sampled_out,
            lost: ended.saturating_sub(count + sampled_out),
            duplicates: sent.saturating_sub(count),
            unrecorded: account.services.values().map(|service| service.unrecorded).sum(),
            unrecorded_by: unrecorded(account),
            hops: account.hops.iter().map(|(name, hop)| HopTotal::of(name, hop)).collect(),
            losses: losses(account),
            missing,
            sampled,
            dropped,
            silent: account.silent.iter().cloned().collect(),
        }
        .with_unexplained()
    }

    /// Whether the store has no more than what was sent to it: else a span came after the sweep.
    #[must_use]
    pub fn is_of_one_moment(&self) -> bool {
        self.hops.last().is_none_or(|store| self.stored <= store.sent)
    }

    /// What is lost and no counter explains.
    fn with_unexplained(mut self) -> Self {
        let explained: u64 = self.losses.iter().map(|loss| loss.count).sum();
        if self.lost > explained {
            self.losses.push(Loss::unexplained(self.lost - explained));
        }
        self
    }
}

impl HopTotal {
    pub(super) fn of(name: &str, hop: &Hop) -> Self {
        Self {
            name: name.to_owned(),
            accepted: hop.accepted,
            sent: hop.sent(),
            held: hop.held(),
            send_failed: hop.send_failed(),
            enqueue_failed: hop.enqueue_failed(),
            refused: hop.refused,
        }
    }
}

fn unrecorded(account: &Account) -> BTreeMap<String, u64> {
    let counts = account.services.iter().map(|(name, service)| (name.clone(), service.unrecorded));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// Every loss that is counted.
pub(super) fn losses(account: &Account) -> Vec<Loss> {
    let services = account.services.iter().flat_map(|(name, service)| Loss::at_service(name, service));
    services.chain(account.hops.iter().flat_map(|(name, hop)| Loss::at_hop(name, hop))).collect()
}

/// The spans in the services' rings that ended after the baseline and are not stored.
fn missing(sweep: &Sweep, before: &BTreeSet<EndedSpan>, stored: &BTreeSet<(TraceId, SpanId)>) -> Vec<Missing> {
    let named = |(service, span): (&String, &EndedSpan)| Missing {
        service: service.clone(),
        name: span.name.clone(),
        trace_id: span.trace_id,
        span_id: span.span_id,
    };
    sweep
        .ended
        .iter()
        .flat_map(|(service, spans)| spans.iter().map(move |span| (service, span)))
        .filter(|(_, span)| !before.contains(*span) && !stored.contains(&(span.trace_id, span.span_id)))
        .map(named)
        .collect()
}

/// What is not stored, apart: what a sampler dropped, and what is missing.  A sampler drops whole traces, so a span whose trace
/// is there was not dropped by one; and more than it counted it did not drop either, so then every one of them may be lost.
fn absent(spans: Vec<Missing>, traces: &[Trace], sampled_out: u64) -> (Vec<Missing>, Vec<Missing>) {
    if sampled_out == 0 {
        return (Vec::new(), spans);
    }
    let there: BTreeSet<TraceId> = traces.iter().map(|trace| trace.id).collect();
    let (torn, whole): (Vec<Missing>, Vec<Missing>) =
        spans.into_iter().partition(|span| there.contains(&span.trace_id));
    if whole.len() as u64 > sampled_out { (Vec::new(), [torn, whole].concat()) } else { (whole, torn) }
}
