//! Reads every counter once, from the store back to the services.
//!
//! The order is the proof. A span moves from a service to the store; if the counters are read against that direction and
//! the figures are equal, each figure includes everything that was read after it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::collector_counts::CollectorCounts;
use crate::ended_span::{EndedSpan, SpansPage};
use crate::page::Page;
use crate::read_error::ReadError;
use crate::reading::Reading;
use crate::service_counts::ServiceCounts;
use crate::sweep::Sweep;
use crate::tail_sampler_state::{DECISION_WAIT, TailSamplerState};
use scenario::Case;
use scenario::topology::{Role, Topology};

type Result<T> = std::result::Result<T, ReadError>;

/// The hops behind the services, in the direction in which spans move.
const CHAIN: [&str; 3] = ["agent", "gateway", "jaeger"];

/// Reads the counters of a case's parts.
#[derive(Debug, Clone)]
pub struct Reader {
    client: reqwest::Client,
    topology: Topology,
    hops: Vec<String>,
    services: Vec<String>,
    waits: BTreeMap<String, String>,
    timeout: Duration,
}

impl Reader {
    /// A reader of the parts of `play`, which gives each so long to answer.
    #[must_use]
    pub fn new(client: reqwest::Client, topology: Topology, play: &Case, timeout: Duration) -> Self {
        let service = |part: &&String| topology.part(part).is_ok_and(|part| part.role == Role::Service);
        let services = play.parts.iter().filter(service).cloned().collect();
        let hops = CHAIN
            .into_iter()
            .skip_while(|hop| *hop != play.export)
            .filter(|hop| play.has(hop))
            .map(str::to_owned)
            .collect();
        let waits = CHAIN.into_iter().map(|hop| (hop.to_owned(), decision_wait(&topology, play, hop))).collect();
        Self { client, topology, hops, services, waits, timeout }
    }

    /// The same reader, which gives each part no longer than this to answer.
    #[must_use]
    pub fn within(&self, timeout: Duration) -> Self {
        Self { timeout: timeout.min(self.timeout), ..self.clone() }
    }

    /// What is known of the samplers before anything was read.
    #[must_use]
    pub fn tail_sampler_state(&self) -> TailSamplerState {
        TailSamplerState::new(self.waits.clone())
    }

    /// The hops behind the services, in the direction in which spans move.
    #[must_use]
    pub fn hops(&self) -> &[String] {
        &self.hops
    }

    /// Reads every part, from the store back to the services; parts known to be dead are left out, except the store:
    /// without it nothing can be proved.
    ///
    /// # Errors
    /// When a part that should run does not answer.
    pub async fn sweep(&self, dead: &BTreeSet<String>) -> Result<Sweep> {
        let mut sweep = Sweep::default();
        for (back, hop) in self.hops.iter().rev().enumerate() {
            if back > 0 && dead.contains(hop) {
                continue;
            }
            sweep.hops.insert(hop.clone(), self.hop(hop).await?);
        }
        for service in self.services.iter().filter(|service| !dead.contains(*service)) {
            let (reading, ended) = self.service(service).await?;
            sweep.services.insert(service.clone(), reading);
            sweep.ended.insert(service.clone(), ended);
        }
        Ok(sweep)
    }

    /// Reads what can be read: diagnosis when a sweep failed, never proof.
    pub async fn glimpse(&self, dead: &BTreeSet<String>) -> Sweep {
        let mut sweep = Sweep::default();
        for hop in self.hops.iter().filter(|hop| !dead.contains(*hop)) {
            sweep.hops.extend(self.hop(hop).await.ok().map(|reading| (hop.clone(), reading)));
        }
        for service in self.services.iter().filter(|service| !dead.contains(*service)) {
            let reading = self.service(service).await.ok();
            sweep.services.extend(reading.map(|(reading, _)| (service.clone(), reading)));
        }
        sweep
    }

    /// Spans that a service has begun and not ended.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn live(&self, service: &str) -> Result<i64> {
        Ok(ServiceCounts::new(&self.page(service).await?, 0).live)
    }

    async fn hop(&self, part: &str) -> Result<Reading<CollectorCounts>> {
        Ok(Reading::from(&self.page(part).await?))
    }

    /// Spans first, counters second: a span that ends in between is live in neither and counted in the second.
    async fn service(&self, part: &str) -> Result<(Reading<ServiceCounts>, Vec<EndedSpan>)> {
        let address = self.topology.url(part, "admin", "/spans");
        let url = address.map_err(|source| ReadError::Address { part: part.to_owned(), source })?;
        let text = self.text(part, &url).await?;
        let spans: SpansPage =
            serde_json::from_str(&text).map_err(|error| unexpected(part, &url, "a list of spans", error))?;
        let reading = Reading::from((&self.page(part).await?, &spans));
        Ok((reading, spans.spans))
    }

    async fn page(&self, part: &str) -> Result<Page> {
        let url = self.topology.metrics(part).ok_or_else(|| ReadError::NoMetricsPort { part: part.to_owned() })?;
        let text = self.text(part, &url).await?;
        Page::parse(&text).map_err(|error| unexpected(part, &url, "a page of metrics", error))
    }

    async fn text(&self, part: &str, url: &str) -> Result<String> {
        let (owned, page) = (|| part.to_owned(), || url.to_owned());
        let request = self.client.get(url).timeout(self.timeout);
        let answer = request.send().await;
        let answer = answer.map_err(|source| ReadError::NotAnswering { part: owned(), url: page(), source })?;
        let answer = answer.error_for_status();
        let answer = answer.map_err(|source| ReadError::Status { part: owned(), url: page(), source })?;
        answer.text().await.map_err(|source| ReadError::BrokenOff { part: owned(), url: page(), source })
    }
}

fn unexpected(
    part: &str,
    url: &str,
    expected: &'static str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> ReadError {
    ReadError::Unexpected { part: part.to_owned(), url: url.to_owned(), expected, source: source.into() }
}

/// How long a hop's sampler waits before it decides: from the case, or the topology, or the Collector's file.
fn decision_wait(topology: &Topology, play: &Case, hop: &str) -> String {
    let (variable, default) = DECISION_WAIT;
    let said = [&play.environment, topology.defaults()].into_iter().find_map(|source| source.get(hop)?.get(variable));
    said.map_or_else(|| default.to_owned(), Clone::clone)
}
