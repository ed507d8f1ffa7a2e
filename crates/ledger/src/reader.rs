//! Reads every part once, from the store back to the services.
//!
//! The order is the proof. A span moves from a service to the store; if the counters are read against that direction and
//! the figures are equal, each figure includes everything that was read after it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use scenario::topology::{Role, Topology, UnknownAddress};
use scenario::{Case, Environment};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::counters::Counters;
use crate::page::Page;
use crate::read_error::{ReadError, ReadProblem};
use crate::reading::Reading;
use crate::service_counts::ServiceCounts;
use crate::sweep::Sweep;
use crate::tail_sampler_state::{DECISION_WAIT, TailSamplerState};

/// The hops behind the services, in the direction in which spans move.
const CHAIN: [&str; 3] = ["agent", "gateway", "jaeger"];

/// Reads the counters of a case's parts.
#[derive(Debug, Clone)]
pub struct Reader {
    client: reqwest::Client,
    hops: Vec<String>,
    /// In the order in which they are read.
    parts: Vec<Pages>,
    waits: BTreeMap<String, String>,
    timeout: Duration,
}

/// Where a part shows its counters and, if it is a service, the spans that ended.
#[derive(Debug, Clone)]
struct Pages {
    metrics: Page,
    spans: Option<Page>,
}

impl Pages {
    fn new(topology: &Topology, part: &str) -> Result<Self, UnknownAddress> {
        let page =
            |port: &str, path: &str| topology.url(part, port, path).map(|url| Page { part: part.to_owned(), url });
        let known = topology.part(part)?;
        let metrics = page(known.metrics.as_deref().unwrap_or("metrics"), "/metrics")?;
        let spans = (known.role == Role::Service).then(|| page("admin", "/spans")).transpose()?;
        Ok(Self { metrics, spans })
    }
}

impl Reader {
    /// A reader of the parts of a case, which waits so long for each response.
    ///
    /// # Errors
    /// When the topology has no such port.
    pub fn new(
        client: reqwest::Client,
        topology: &Topology,
        case: &Case,
        timeout: Duration,
    ) -> Result<Self, UnknownAddress> {
        let hops = CHAIN.into_iter().skip_while(|hop| *hop != case.export).filter(|hop| case.has(hop));
        let hops: Vec<String> = hops.map(str::to_owned).collect();
        let is_service = |part: &&String| topology.part(part).is_ok_and(|part| part.role == Role::Service);
        let parts = hops.iter().rev().chain(case.parts.iter().filter(is_service));
        let parts = parts.map(|part| Pages::new(topology, part)).collect::<Result<_, _>>()?;
        let wait = |hop: &str| (hop.to_owned(), decision_wait(topology, &case.environment, hop));
        let waits = CHAIN.into_iter().map(wait).collect();
        Ok(Self { client, hops, parts, waits, timeout })
    }

    /// A reader of every part of the topology, whether it runs or not. What it reads is diagnosis, never proof.
    ///
    /// # Errors
    /// When the topology has no such port.
    pub fn of_topology(
        client: reqwest::Client,
        topology: &Topology,
        timeout: Duration,
    ) -> Result<Self, UnknownAddress> {
        let services = topology.parts().filter(|(_, part)| part.role == Role::Service).map(|(name, _)| name);
        let parts = CHAIN.into_iter().rev().chain(services).map(|part| Pages::new(topology, part));
        let (parts, hops) = (parts.collect::<Result<_, _>>()?, CHAIN.map(str::to_owned).to_vec());
        Ok(Self { client, hops, parts, waits: BTreeMap::new(), timeout })
    }

    /// The state of the tail samplers before anything was read.
    #[must_use]
    pub fn tail_sampler_state(&self) -> TailSamplerState {
        TailSamplerState::new(self.waits.clone())
    }

    /// The hops behind the services, in the direction in which spans move.
    #[must_use]
    pub fn hops(&self) -> &[String] {
        &self.hops
    }

    /// Reads every part; parts that are dead on purpose are left out, except the store: without it nothing can be proved.
    ///
    /// # Errors
    /// When a part that should run cannot be read.
    pub async fn sweep(&self, dead: &BTreeSet<String>) -> Result<Sweep, ReadError> {
        let mut sweep = Sweep::default();
        for pages in self.running(dead) {
            sweep.0.insert(pages.metrics.part.clone(), self.reading(pages).await?);
        }
        Ok(sweep)
    }

    /// Reads what can be read, and waits no longer than this for each response. With an error it is diagnosis, never proof.
    pub async fn read(&self, dead: &BTreeSet<String>, timeout: Duration) -> (Sweep, Option<ReadError>) {
        let reader = Self { timeout: timeout.min(self.timeout), ..self.clone() };
        let (mut sweep, mut first_error) = (Sweep::default(), None);
        for pages in self.running(dead) {
            match reader.reading(pages).await {
                Ok(reading) => _ = sweep.0.insert(pages.metrics.part.clone(), reading),
                Err(error) => _ = first_error.get_or_insert(error),
            }
        }
        (sweep, first_error)
    }

    /// Reads a part that was just started; `None` if the ledger does not read this part.
    ///
    /// # Errors
    /// When it cannot be read within this time.
    pub async fn started(&self, part: &str, within: Duration) -> Result<Option<Reading>, ReadError> {
        let Some(pages) = self.pages(part) else { return Ok(None) };
        let start = Instant::now();
        let mut ticks = interval(Duration::from_millis(50));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.reading(pages).await {
                Err(_) if start.elapsed() < within => {}
                reading => return reading.map(Some),
            }
        }
    }

    /// How many spans of a service have started and not ended.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn live(&self, service: &str) -> Result<i64, ReadError> {
        match self.pages(service) {
            Some(pages) => Ok(ServiceCounts::new(&self.counters(pages).await?).live),
            None => Ok(0),
        }
    }

    fn running(&self, dead: &BTreeSet<String>) -> impl Iterator<Item = &Pages> {
        let is_read = |part: &String| !dead.contains(part) || self.hops.last() == Some(part);
        self.parts.iter().filter(move |pages| is_read(&pages.metrics.part))
    }

    fn pages(&self, part: &str) -> Option<&Pages> {
        self.parts.iter().find(|pages| pages.metrics.part == part)
    }

    /// Spans first, counters second: a span that ends in between is live in neither and counted in the second.
    async fn reading(&self, pages: &Pages) -> Result<Reading, ReadError> {
        let Some(page) = &pages.spans else {
            return Ok(Reading::of_collector(self.counters(pages).await?));
        };
        let spans = page.json(&page.text(&self.client, self.timeout).await?, "a list of spans")?;
        Ok(Reading::of_service(&page.part, self.counters(pages).await?, spans))
    }

    async fn counters(&self, Pages { metrics, .. }: &Pages) -> Result<Counters, ReadError> {
        let text = metrics.text(&self.client, self.timeout).await?;
        let unexpected = |error: std::io::Error| ReadProblem::Unexpected("a page of metrics", error.into());
        Counters::parse(&text).map_err(|error| metrics.error(unexpected(error)))
    }
}

/// How long a hop's sampler waits before it decides: from the environment of a case, or the topology, or the Collector's file.
#[must_use]
pub fn decision_wait(topology: &Topology, environment: &Environment, hop: &str) -> String {
    let (variable, default) = DECISION_WAIT;
    let set = [environment, topology.defaults()].into_iter().find_map(|source| source.get(hop)?.get(variable));
    set.map_or(default, String::as_str).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sweep_ends_at_the_first_part_that_cannot_be_read() {
        let next = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        next.set_nonblocking(true).unwrap();
        let pages = |part: &str, port: u16| {
            let url = format!("http://127.0.0.1:{port}/metrics");
            Pages { metrics: Page { part: part.to_owned(), url }, spans: None }
        };
        let reader = Reader {
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            hops: Vec::new(),
            parts: vec![pages("jaeger", 1), pages("gateway", next.local_addr().unwrap().port())],
            waits: BTreeMap::new(),
            timeout: Duration::from_millis(100),
        };
        assert_eq!(reader.sweep(&BTreeSet::new()).await.unwrap_err().part, "jaeger");
        assert!(next.accept().is_err(), "the next part is also waited for");
    }
}
