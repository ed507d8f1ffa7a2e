//! What one hop did with the spans of a run.

use serde::{Deserialize, Serialize};

use crate::collector_counts::{CollectorCounts, ExporterCounts};

/// What one hop did with the spans.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct HopTotal {
    /// The hop.
    pub name: String,
    /// Spans that it accepted.
    pub accepted: u64,
    /// What its exporters did.
    #[serde(flatten)]
    pub exported: ExporterCounts,
    /// Spans that it neither sent nor gave up.
    pub held: i64,
    /// Spans that it refused, to be retried.
    pub refused: u64,
}

impl From<&(String, CollectorCounts)> for HopTotal {
    fn from((name, hop): &(String, CollectorCounts)) -> Self {
        let CollectorCounts { accepted, refused, .. } = *hop;
        Self { name: name.clone(), accepted, exported: hop.exported(), held: hop.held(), refused }
    }
}
