//! Evidence from the parts that are running: what services remember, what collectors count, what the store has.

use std::time::Duration;

use anyhow::{Context, Result};
use trace_assert::TraceId;

use crate::explain::evidence::Evidence;
use ledger::collector_counts::CollectorCounts;
use ledger::counters::Counters;
use ledger::ended_span::{EndedSpan, SpansPage};
use ledger::loss::Loss;
use ledger::pending::Undecided;
use ledger::sampled::Sampled;
use ledger::sampler_state;
use ledger::service_counts::ServiceCounts;
use ledger::store::Store;
use ledger::tail_sampler_counts::TailSamplerCounts;
use ledger::tail_sampler_state::DECISION_WAIT;
use ledger::{LedgerFinding, Pending};
use scenario::topology::{Role, Topology};

/// How long a part may take to respond.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Reads every part that responds. `None` if no part responds: no lab is running.
///
/// # Errors
/// When the HTTP client cannot be built, or the topology has no Jaeger.
pub async fn gather(topology: &Topology, id: TraceId) -> Result<Option<Evidence>> {
    let client =
        reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().context("cannot build the HTTP client")?;
    let mut evidence = Evidence { id, place: "the running lab".to_owned(), ..Evidence::default() };
    let store = Store::new(client.clone(), topology.url("jaeger", "query", "")?);
    let stored = store.trace(id).await;
    // Without the store, what is absent cannot be told from what is there.
    evidence.store_unreadable = stored.is_err();
    evidence.stored = stored.unwrap_or_default();
    let mut answered = !evidence.store_unreadable;
    for (part, description) in topology.parts() {
        answered |= match description.role {
            Role::Collector => collector(&mut evidence, &client, topology, part).await.is_some(),
            Role::Service => service(&mut evidence, &client, topology, part).await.is_some(),
            _ => false,
        };
    }
    evidence.samplers = sampler_state::query(&client, topology).await;
    Ok(answered.then_some(evidence))
}

async fn collector(evidence: &mut Evidence, client: &reqwest::Client, topology: &Topology, part: &str) -> Option<()> {
    let hop = CollectorCounts::new(&page(client, topology, part).await?);
    let undecided = hop.tail.as_ref().map(TailSamplerCounts::undecided).filter(|traces| *traces > 0);
    if undecided.is_some() || hop.held() > 0 {
        let decision_wait = DECISION_WAIT.1.to_owned();
        let undecided = undecided.map(|traces| Undecided { traces, decision_wait });
        let (at, spans, refused) = (part.to_owned(), hop.held(), hop.refused);
        evidence.pending.push(Pending::Held { at, spans, refused, undecided });
    }
    evidence.losses.extend(Loss::at_collector(part, &hop).into_iter().map(LedgerFinding::Lost));
    evidence.sampled.extend(Sampled::new(part, &hop));
    Some(())
}

async fn service(evidence: &mut Evidence, client: &reqwest::Client, topology: &Topology, part: &str) -> Option<()> {
    let url = topology.url(part, "admin", "/spans").ok();
    let spans: SpansPage = serde_json::from_str(&text(client, url).await?).ok()?;
    let own = spans.spans.into_iter().filter(|span| span.trace_id == evidence.id);
    evidence.ended.extend(own.map(|span| EndedSpan { service: part.to_owned(), ..span }));
    let counts = ServiceCounts::new(&page(client, topology, part).await?);
    evidence.non_recording += counts.non_recording;
    evidence.non_recording_by.insert(part.to_owned(), counts.non_recording);
    let waiting = spans.ended.saturating_sub(counts.exported + counts.failed.total() + counts.dropped.total());
    if waiting > 0 {
        let (service, spans) = (part.to_owned(), waiting.cast_signed());
        evidence.pending.push(Pending::Unexported { service, spans });
    }
    evidence.losses.extend(Loss::at_service(part, &counts).into_iter().map(LedgerFinding::Lost));
    Some(())
}

async fn page(client: &reqwest::Client, topology: &Topology, part: &str) -> Option<Counters> {
    Counters::parse(&text(client, topology.metrics(part)).await?).ok()
}

async fn text(client: &reqwest::Client, url: Option<String>) -> Option<String> {
    client.get(url?).send().await.ok()?.text().await.ok()
}
