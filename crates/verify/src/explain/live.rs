//! Evidence from the parts that are running: what services remember, what collectors count, what the store has.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result};
use trace_assert::TraceId;

use crate::explain::evidence::Evidence;
use ledger::collector_counts::CollectorCounts;
use ledger::pending::Undecided;
use ledger::reader::decision_wait;
use ledger::sampled::Sampled;
use ledger::sampler_state;
use ledger::store::Store;
use ledger::tail_sampler_counts::TailSamplerCounts;
use ledger::{CounterDeltas, Ledger, LedgerFinding, Pending, Reader, Sweep, balance};
use scenario::topology::Topology;

/// How long a part may take to respond.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Reads every part that responds. `None` if no part responds: no lab is running.
///
/// # Errors
/// When the HTTP client cannot be built, or the topology lacks an address.
pub async fn gather(topology: &Topology, id: TraceId) -> Result<Option<Evidence>> {
    let client =
        reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().context("cannot build the HTTP client")?;
    let stored = Store::new(client.clone(), topology.url("jaeger", "query", "")?).trace(id).await;
    let reader = Reader::of_topology(client.clone(), topology, TIMEOUT)?;
    let (sweep, _unreadable) = reader.read(&BTreeSet::new(), TIMEOUT).await;
    if stored.is_err() && sweep.0.is_empty() {
        return Ok(None);
    }
    let deltas = Ledger::new(&Sweep::default(), reader.hops()).deltas(&sweep);
    let non_recording = deltas.services.iter().map(|(name, service)| (name.clone(), service.non_recording));
    Ok(Some(Evidence {
        id,
        place: "the running lab".to_owned(),
        ended: sweep.0.values().flat_map(|part| &part.ended).filter(|span| span.trace_id == id).cloned().collect(),
        samplers: sampler_state::query(&client, topology).await,
        non_recording: deltas.services.values().map(|service| service.non_recording).sum(),
        non_recording_by: non_recording.collect(),
        // Without the store, it is unknown whether a trace is absent.
        store_unreadable: stored.is_err(),
        stored: stored.unwrap_or_default(),
        sampled: deltas.hops.iter().filter_map(|(name, hop)| Sampled::new(name, hop)).collect(),
        pending: pending(&deltas, topology),
        losses: deltas.losses().into_iter().map(LedgerFinding::Lost).collect(),
        ..Evidence::default()
    }))
}

/// What may still bring the trace: ended spans that are not exported, spans that a collector holds, and undecided traces.
fn pending(deltas: &CounterDeltas, topology: &Topology) -> Vec<Pending> {
    let services = deltas.services.iter().flat_map(|(name, service)| balance::in_service(name, service));
    let ended = services.filter(|pending| !matches!(pending, Pending::Live { .. }));
    let held = deltas.hops.iter().filter_map(|(name, hop)| held(name, hop, topology));
    deltas.certainly_pending(&ended.chain(held).collect::<Vec<_>>())
}

fn held(name: &str, hop: &CollectorCounts, topology: &Topology) -> Option<Pending> {
    let undecided = hop.tail.as_ref().map(TailSamplerCounts::undecided).filter(|traces| *traces > 0);
    let decision_wait = || decision_wait(topology, &BTreeMap::new(), name);
    let undecided = undecided.map(|traces| Undecided { traces, decision_wait: decision_wait() });
    let (at, spans, refused) = (name.to_owned(), hop.held(), hop.refused);
    (undecided.is_some() || spans > 0).then_some(Pending::Held { at, spans, refused, undecided })
}
