//! Evidence from the parts that are running: what services remember, what collectors count, what the store has.

use std::time::Duration;

use anyhow::{Context, Result};
use trace_assert::TraceId;

use super::evidence::{Ended, Evidence};
use crate::ledger::counts::{Hop, Service, Spans};
use crate::ledger::page::Page;
use crate::ledger::sampled::Sampled;
use crate::ledger::store::Store;
use crate::topology::{Role, Topology};

/// How long a part may take to show what it knows.
const ANSWER: Duration = Duration::from_secs(2);

/// Asks every part; one that does not run says nothing.
///
/// # Errors
/// When there can be no HTTP client.
pub async fn gather(topology: &Topology, id: TraceId) -> Result<Evidence> {
    let client = reqwest::Client::builder().no_proxy().timeout(ANSWER).build().context("the HTTP client")?;
    let mut evidence = Evidence::none(id, "the running lab".to_owned());
    let store = Store::new(client.clone(), topology.url("jaeger", "query", "")?);
    match store.trace(id).await {
        Ok(stored) => evidence.stored = stored,
        // Without the store, what is absent cannot be told from what is there.
        Err(_) => evidence.under_way.push("jaeger cannot be asked".to_owned()),
    }
    for (part, description) in topology.parts() {
        match description.role {
            Role::Collector => collector(&mut evidence, &client, topology, part).await,
            Role::Service => service(&mut evidence, &client, topology, part).await,
            _ => {}
        }
    }
    Ok(evidence)
}

async fn collector(evidence: &mut Evidence, client: &reqwest::Client, topology: &Topology, part: &str) {
    let Some(page) = page(client, topology, part).await else { return };
    let hop = Hop::read(&page);
    let undecided = hop.tail.as_ref().map_or(0, crate::ledger::tail::Tail::undecided);
    if undecided > 0 {
        evidence.under_way.push(format!("{part} has not decided about {undecided} traces"));
    }
    if hop.held() > 0 {
        evidence.under_way.push(format!("{part} holds {} spans", hop.held()));
    }
    let given_up = hop.send_failed() + hop.enqueue_failed();
    if given_up > 0 {
        evidence.losses.push(format!("{part} gave {given_up} spans up"));
    }
    evidence.sampled.extend(Sampled::of(part, &hop));
}

async fn service(evidence: &mut Evidence, client: &reqwest::Client, topology: &Topology, part: &str) {
    let Some(spans) = spans(client, topology, part).await else { return };
    let own = spans.spans.into_iter().filter(|span| span.trace_id == evidence.id);
    let ended = own.map(|span| Ended { service: part.to_owned(), name: span.name, sampled: span.sampled });
    evidence.ended.extend(ended);
    let Some(page) = page(client, topology, part).await else { return };
    let counts = Service::read(&page, spans.ended);
    evidence.unrecorded += counts.unrecorded;
    let waiting = spans.ended.saturating_sub(counts.exported + counts.failed() + counts.dropped());
    if waiting > 0 {
        evidence.under_way.push(format!("{part} has {waiting} spans to export"));
    }
    if counts.dropped() + counts.failed() > 0 {
        evidence.losses.push(format!("{part} lost {} spans", counts.dropped() + counts.failed()));
    }
}

async fn page(client: &reqwest::Client, topology: &Topology, part: &str) -> Option<Page> {
    let text = client.get(topology.metrics(part)?).send().await.ok()?.text().await.ok()?;
    Page::parse(&text).ok()
}

async fn spans(client: &reqwest::Client, topology: &Topology, part: &str) -> Option<Spans> {
    let url = topology.url(part, "admin", "/spans").ok()?;
    let text = client.get(url).send().await.ok()?.text().await.ok()?;
    serde_json::from_str(&text).ok()
}
