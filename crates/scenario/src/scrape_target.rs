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

impl ScrapeTarget {
    /// What Prometheus scrapes when these parts run.
    ///
    /// # Errors
    /// When a part is unknown, or has no port of the name that it gives for `scrape`.
    pub fn all(topology: &Topology, parts: &[String]) -> Result<Vec<Self>, UnknownAddress> {
        let with_role = |role| {
            let mut targets = Vec::new();
            for name in parts {
                let part = topology.part(name)?;
                if let Some(port) = part.scrape.as_ref().filter(|_| part.role == role) {
                    let address = format!("{}:{}", topology.host(name), topology.port(name, port)?);
                    targets.push(Self { part: name.clone(), address, honor_labels: role == Role::Collector });
                }
            }
            Ok(targets)
        };
        let collectors = with_role(Role::Collector)?;
        if collectors.is_empty() { with_role(Role::Service) } else { Ok(collectors) }
    }
}
