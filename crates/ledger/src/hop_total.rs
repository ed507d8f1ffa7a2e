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
    /// Spans that the next hop accepted from it.
    pub sent: u64,
    /// Spans that it neither sent nor gave up.
    pub held: i64,
    /// Spans that it gave up after its retries.
    pub send_failed: u64,
    /// Spans for which its queue had no room.
    pub enqueue_failed: u64,
    /// Spans that it refused, to be retried.
    pub refused: u64,
}

impl From<&(String, CollectorCounts)> for HopTotal {
    fn from((name, hop): &(String, CollectorCounts)) -> Self {
        let ExporterCounts { sent, send_failed, enqueue_failed } = hop.exported();
        Self {
            name: name.clone(),
            accepted: hop.accepted,
            sent,
            held: hop.held(),
            send_failed,
            enqueue_failed,
            refused: hop.refused,
        }
    }
}
