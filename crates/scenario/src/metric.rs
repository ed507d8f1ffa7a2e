//! Metrics that Prometheus must show.

use serde::{Deserialize, Serialize};

/// What Prometheus must show once the metrics have settled.
#[derive(Debug, Clone)]
pub struct Metric {
    /// What it means.
    pub caption: String,
    /// Behaviours that it covers.
    pub covers: Vec<String>,
    /// The query; its sample values are added up.
    pub query: String,
    /// What must be true of the value.
    pub expected: Amount,
}

/// What must be true of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// It grew by exactly this since the baseline.
    Increase(f64),
    /// It is exactly this.
    Equals(f64),
    /// It is this or more.
    AtLeast(f64),
}
