//! Spans lost at one place, and the counter that says so.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::collector_counts::CollectorCounts;
use crate::error_type::ErrorType;
use crate::sampled::Sampled;
use crate::service_counts::ServiceCounts;

/// The `error.type` of a failed export whose cause the service does not know.
const UNKNOWN_CAUSE: &str = "export_failed";

/// Spans lost at one place.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Loss {
    /// The part; none where no counter tells.
    pub at: Option<String>,
    /// How many spans.
    pub count: u64,
    /// Why.
    #[serde(flatten)]
    pub reason: LossReason,
}

/// Why spans were lost.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum LossReason {
    /// The batch processor of a service dropped them.
    Dropped {
        /// The `error.type` of its counter, such as `queue_full`.
        error: String,
    },
    /// A service could not export them.
    ExportFailed {
        /// The `error.type` of its counter, such as `404` or `timeout`, where the service counts the cause.
        error: Option<String>,
    },
    /// The batch processor of a service dropped them while it shut down; its report has no `error.type`.
    DroppedAtShutdown,
    /// A service could not export them while it shut down; its report has no `error.type`.
    ExportFailedAtShutdown,
    /// A collector gave up after its retries.
    SendFailed,
    /// The queue of a collector's exporter was full.
    EnqueueFailed,
    /// A tail sampler evicted them before their decision (`sampling_trace_dropped_too_early`).
    Evicted {
        /// How many traces were evicted.
        traces: u64,
    },
    /// No counter explains it.
    Unexplained,
}

impl Loss {
    /// What a service dropped and could not export, by reason.
    #[must_use]
    pub fn at_service(name: &str, service: &ServiceCounts) -> Vec<Self> {
        let dropped = service.dropped.iter().map(|(error, count)| (LossReason::dropped(error), *count));
        let failed = service.failed.iter().map(|(error, count)| (LossReason::export_failed(error), *count));
        dropped.chain(failed).filter_map(|(reason, count)| Self::new(name, count, reason)).collect()
    }

    /// What a collector gave up, and what its tail sampler evicted.
    #[must_use]
    pub fn at_collector(name: &str, hop: &CollectorCounts) -> Vec<Self> {
        let evicted = Sampled::new(name, hop)
            .map(|sampled| (LossReason::Evicted { traces: sampled.evicted }, sampled.spans_evicted));
        let given_up = [(LossReason::SendFailed, hop.send_failed()), (LossReason::EnqueueFailed, hop.enqueue_failed())];
        given_up.into_iter().chain(evicted).filter_map(|(reason, count)| Self::new(name, count, reason)).collect()
    }

    /// A loss that no counter explains.
    #[must_use]
    pub fn unexplained(count: u64) -> Self {
        Self { at: None, count, reason: LossReason::Unexplained }
    }

    fn new(at: &str, count: u64, reason: LossReason) -> Option<Self> {
        (count > 0).then(|| Self { at: Some(at.to_owned()), count, reason })
    }
}

impl LossReason {
    fn dropped(error: &ErrorType) -> Self {
        match error {
            ErrorType::Counted(error) => Self::Dropped { error: error.clone() },
            ErrorType::AtShutdown => Self::DroppedAtShutdown,
        }
    }

    fn export_failed(error: &ErrorType) -> Self {
        match error {
            ErrorType::Counted(error) => {
                Self::ExportFailed { error: Some(error.clone()).filter(|error| error != UNKNOWN_CAUSE) }
            }
            ErrorType::AtShutdown => Self::ExportFailedAtShutdown,
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.as_deref().unwrap_or("an unknown place");
        write!(f, "lost {} at {at} ({})", self.count, self.reason)
    }
}

impl fmt::Display for LossReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dropped { error } => f.write_str(error),
            Self::ExportFailed { error: None } => f.write_str("export failed"),
            Self::ExportFailed { error: Some(error) } => write!(f, "export failed: {error}"),
            Self::DroppedAtShutdown => f.write_str("dropped before the end"),
            Self::ExportFailedAtShutdown => f.write_str("export failed: before the end"),
            Self::SendFailed => f.write_str("send_failed"),
            Self::EnqueueFailed => f.write_str("enqueue_failed"),
            Self::Evicted { traces } => {
                write!(f, "sampling_trace_dropped_too_early: {traces} traces pushed out, num_traces is too small")
            }
            Self::Unexplained => f.write_str("no counter says why"),
        }
    }
}
