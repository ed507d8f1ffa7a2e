//! Spans lost at one place, and the counter that shows it.

use serde::{Deserialize, Serialize};

use crate::collector_counts::{CollectorCounts, ExporterCounts};
use crate::list::counted;
use crate::sampled::Sampled;
use crate::service_counts::ServiceCounts;

/// The `error.type` of a failed export whose cause the service does not know.
const UNKNOWN_CAUSE: &str = "export_failed";

/// Spans lost at one place.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq, thiserror::Error)]
#[error("lost {} at {} ({reason})", counted(*count, "span"), at.as_deref().unwrap_or("an unknown part"))]
pub struct Loss {
    /// The part; none where no counter shows it.
    pub at: Option<String>,
    /// How many spans.
    pub count: u64,
    /// Why.
    #[serde(flatten)]
    pub reason: LossReason,
}

/// Why spans were lost.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum LossReason {
    /// The batch processor of a service dropped them.
    #[error("dropped: {error}")]
    Dropped {
        /// The `error.type` of its counter, such as `queue_full`.
        error: String,
    },
    /// A service could not export them.
    #[error("export failed{}", error.iter().map(|error| format!(": {error}")).collect::<String>())]
    ExportFailed {
        /// The `error.type` of its counter, such as `404` or `timeout`, where the service counts the cause.
        error: Option<String>,
    },
    /// The batch processor of a service dropped them while it shut down; its report has no `error.type`.
    #[error("dropped during shutdown")]
    DroppedAtShutdown,
    /// A service could not export them while it shut down; its report has no `error.type`.
    #[error("export failed during shutdown")]
    ExportFailedAtShutdown,
    /// A collector gave up after its retries.
    #[error("gave up after its retries: send_failed")]
    SendFailed,
    /// The queue of a collector's exporter was full.
    #[error("its queue was full: enqueue_failed")]
    EnqueueFailed,
    /// A tail sampler evicted them before their decision (`sampling_trace_dropped_too_early`).
    #[error("sampling_trace_dropped_too_early: {} evicted, increase num_traces", counted(*traces, "trace"))]
    Evicted {
        /// How many traces were evicted.
        traces: u64,
    },
    /// No counter explains it.
    #[error("no counter explains it")]
    Unexplained,
}

impl Loss {
    /// What a service dropped and could not export, by reason.
    #[must_use]
    pub fn at_service(name: &str, service: &ServiceCounts) -> Vec<Self> {
        let ServiceCounts { dropped, failed, .. } = service;
        let of_queue = |(error, count): (&String, &u64)| (LossReason::Dropped { error: error.clone() }, *count);
        let of_export = |(error, count): (&String, &u64)| {
            let error = Some(error.clone()).filter(|error| error != UNKNOWN_CAUSE);
            (LossReason::ExportFailed { error }, *count)
        };
        let drops = dropped.by_error.iter().map(of_queue).chain([(LossReason::DroppedAtShutdown, dropped.at_shutdown)]);
        let failures = failed.by_error.iter().map(of_export);
        let failures = failures.chain([(LossReason::ExportFailedAtShutdown, failed.at_shutdown)]);
        Self::at(name, drops.chain(failures))
    }

    /// What a collector gave up, and what its tail sampler evicted.
    #[must_use]
    pub fn at_collector(name: &str, hop: &CollectorCounts) -> Vec<Self> {
        let evicted = Sampled::new(name, hop)
            .map(|sampled| (LossReason::Evicted { traces: sampled.evicted }, sampled.spans_evicted));
        let ExporterCounts { send_failed, enqueue_failed, .. } = hop.exported();
        let given_up = [(LossReason::SendFailed, send_failed), (LossReason::EnqueueFailed, enqueue_failed)];
        Self::at(name, given_up.into_iter().chain(evicted))
    }

    /// A loss that no counter explains.
    #[must_use]
    pub fn unexplained(count: u64) -> Self {
        Self { at: None, count, reason: LossReason::Unexplained }
    }

    fn at(name: &str, reasons: impl Iterator<Item = (LossReason, u64)>) -> Vec<Self> {
        let loss = |(reason, count)| Self { at: Some(name.to_owned()), count, reason };
        reasons.filter(|(_, count)| *count > 0).map(loss).collect()
    }
}
