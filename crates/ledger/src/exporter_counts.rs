//! What one exporter of a collector counts.

/// What one exporter of a collector did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExporterCounts {
    /// Spans that the next hop took.
    pub sent: u64,
    /// Spans given up after all retries.
    pub send_failed: u64,
    /// Spans that found the queue full.
    pub enqueue_failed: u64,
}

impl ExporterCounts {
    /// Spans with which this exporter is done.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.sent + self.send_failed + self.enqueue_failed
    }
}
