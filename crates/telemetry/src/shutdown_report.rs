//! The shutdown report: the log line with the final values of the ledger's counters.

use service_contract::SHUTDOWN_REPORT;
use tracing::{info, warn};

/// The final values. `lab` reads them by these names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShutdownReport {
    pub(crate) started: u64,
    pub(crate) unsampled: u64,
    pub(crate) live: i64,
    pub(crate) ended: u64,
    pub(crate) processed: u64,
    pub(crate) dropped: u64,
    pub(crate) exported: u64,
    pub(crate) failed: u64,
}

impl ShutdownReport {
    /// Writes the log line. If the flush was cut off, spans of the export in progress may still arrive, so these values
    /// are not final: readers of the log must not add them up.
    pub(crate) fn log(self, flushed: bool) {
        let Self { started, unsampled, live, ended, processed, dropped, exported, failed } = self;
        macro_rules! report {
            ($level:ident, $message:literal) => {
                $level!(
                    event = SHUTDOWN_REPORT,
                    flushed,
                    started,
                    unsampled,
                    live,
                    ended,
                    processed,
                    dropped,
                    exported,
                    failed,
                    $message
                )
            };
        }
        if flushed {
            report!(info, "telemetry flushed");
        } else {
            report!(warn, "telemetry not flushed in time");
        }
    }
}
