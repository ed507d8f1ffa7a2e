//! What Prometheus scrapes: the Collector with a Prometheus exporter, or without one, every service.

use crate::topology::{Role, Topology, UnknownAddress};

/// One job of Prometheus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScrapeTarget {
    /// The part, which is also the name of the job.
    pub part: String,
    /// `host:port` of its metrics page.
    pub address: String,
    /// Whether series keep their own `job` and `instance`: those of a Collector come from other parts.
    pub honor_labels: bool,
}

impl Topology {
    /// What Prometheus scrapes when these parts run.
    ///
    /// # Errors
    /// When a part is unknown, or has no port of the name that it gives for `scrape`.
    pub fn scrape_targets(&self, parts: &[String]) -> Result<Vec<ScrapeTarget>, UnknownAddress> {
        let collectors = self.scraped(parts, Role::Collector)?;
        if collectors.is_empty() { self.scraped(parts, Role::Service) } else { Ok(collectors) }
    }

    fn scraped(&self, parts: &[String], role: Role) -> Result<Vec<ScrapeTarget>, UnknownAddress> {
        let mut targets = Vec::new();
        for name in parts {
            let part = self.part(name)?;
            if let Some(port) = part.scrape.as_ref().filter(|_| part.role == role) {
                let address = format!("{}:{}", self.host(name), self.port(name, port)?);
                targets.push(ScrapeTarget { part: name.clone(), address, honor_labels: role == Role::Collector });
            }
        }
        Ok(targets)
    }
}
