//! One part of the lab: what kind of program it is, where it listens, and the sign that it is ready.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One part: what it is and where it listens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What kind of program it is.
    pub role: Role,
    /// Port name to port number: in [`crate::Topology`] with the offset, in the file without it.
    pub ports: BTreeMap<String, u16>,
    /// Arguments of its program besides its configuration files.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The sign that it is ready.
    pub ready: Ready,
    /// The name of the port whose `/metrics` the ledger reads.
    pub metrics: Option<String>,
    /// The name of the port that Prometheus scrapes.
    pub scrape: Option<String>,
}

/// What kind of program a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// One of the lab's own services.
    Service,
    /// Redis.
    Redis,
    /// An OpenTelemetry Collector.
    Collector,
    /// Jaeger, the store of the traces.
    Jaeger,
    /// Prometheus, the store of the metrics.
    Prometheus,
}

/// The sign that a part is ready.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    rename_all = "lowercase",
    deny_unknown_fields,
    expecting = "expected \"notify\" or { port = \"…\", path = \"…\" }"
)]
pub enum Ready {
    /// `sd_notify(3)`: READY=1 on NOTIFY_SOCKET.
    Notify,
    /// A page that returns 200.
    #[serde(untagged)]
    Page {
        /// The name of the port.
        port: String,
        /// The path of the page.
        path: String,
    },
}
