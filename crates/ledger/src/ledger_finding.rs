//! One thing that is wrong with the ledger of a run, as data.

use serde::{Deserialize, Serialize};

use crate::bypass::{Bypass, Marked};
use crate::link::Sender;
use crate::list::{counted, joined};
use crate::loss::Loss;
use crate::pending::Pending;
use crate::weight::Weight;

/// What does not add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LedgerFinding {
    /// Spans were lost.
    #[error("{0}")]
    Lost(Loss),
    /// Spans are stored more than once.
    #[error("the store has {}", counted(*count, "duplicate span"))]
    Duplicates {
        /// How many spans too many.
        count: u64,
    },
    /// A part restarted although no step stopped it: its earlier counts are lost.
    #[error("{part} restarted unexpectedly: its earlier counts are lost")]
    Restarted {
        /// The part.
        part: String,
    },
    /// A part does not show which process it is: a restart could not be detected.
    #[error(
        "{part} has no service.instance.id in its metrics, so the lab cannot detect a restart: set this resource attribute"
    )]
    InstanceUnknown {
        /// The part.
        part: String,
    },
    /// A part that a step had stopped did not show its counters in time after it was started again.
    #[error("the lab could not read {part} after starting it again, so it cannot detect another restart: {error}")]
    StartUnread {
        /// The part.
        part: String,
        /// What happened, and where.
        error: String,
    },
    /// A counter is less than it was, in the same process.
    #[error("the counter `{metric}` of {part} decreased, although {part} did not restart")]
    CounterWentBack {
        /// The part.
        part: String,
        /// The metric.
        metric: String,
    },
    /// A counter is absent although other counters show that it must have counted something.
    #[error("{part} has no metric `{metric}`, although spans passed through {part}: it may have another name")]
    CounterMissing {
        /// The part.
        part: String,
        /// The metric.
        metric: String,
    },
    /// A service exited without its shutdown report.
    #[error("{service} exited without its shutdown report (`telemetry flushed`): the spans in its queue are lost")]
    NoShutdownReport {
        /// The service.
        service: String,
    },
    /// Spans bypassed a hop.
    #[error("{bypass}{}", marked.iter().map(|marked| format!("; {marked}")).collect::<String>())]
    Bypassed {
        /// Which hop, how many spans, and which parts may have sent them.
        bypass: Bypass,
        /// The services that bypassed it, as the marks on stored spans show.
        marked: Option<Marked>,
    },
    /// A hop accepted more than was exported to it.
    #[error(
        "{to} accepted {} more than {from} exported: an export that had arrived was repeated, or another program sends \
         spans to {to}",
        counted(*count, "span")
    )]
    Surplus {
        /// The sender.
        from: Sender,
        /// The hop.
        to: String,
        /// How many spans more.
        count: u64,
    },
    /// Spans are stored that no service ended.
    #[error("the store has {} that no service of this run ended", counted(*count, "span"))]
    Foreign {
        /// How many spans.
        count: u64,
    },
    /// Spans are missing by name although the counts agree: foreign spans hide the loss.
    #[error(
        "the store lacks {}, although the counters show {lost} lost: it also has {} that no service of this run ended",
        counted(*missing, "ended span"),
        counted(*foreign, "span")
    )]
    HiddenLoss {
        /// How many spans are missing by name.
        missing: u64,
        /// How many spans the counts lose.
        lost: u64,
        /// How many foreign spans are stored.
        foreign: u64,
    },
    /// More traces are absent than the policies of tail samplers dropped.
    #[error(
        "the store lacks {}, but the policies of the tail samplers dropped only {refused}",
        counted(*absent, "trace")
    )]
    Unrefused {
        /// How many traces are absent.
        absent: u64,
        /// How many the policies dropped.
        refused: u64,
    },
    /// Something was in flight at the deadline.
    #[error("not settled after {seconds} s: {}", joined(pending))]
    NotSettled {
        /// How many seconds were waited.
        seconds: u64,
        /// What was in flight.
        pending: Vec<Pending>,
    },
    /// A part did not show its counters, so the ledger cannot be read.
    #[error("{error}")]
    Unreadable {
        /// The part.
        part: String,
        /// What happened, and where.
        error: String,
    },
}

impl LedgerFinding {
    /// What it means for the verdict of the run.
    #[must_use]
    pub fn weight(&self) -> Weight {
        match self {
            Self::Restarted { .. }
            | Self::InstanceUnknown { .. }
            | Self::StartUnread { .. }
            | Self::CounterWentBack { .. }
            | Self::CounterMissing { .. } => Weight::IncompleteCounters,
            Self::Lost(_)
            | Self::Duplicates { .. }
            | Self::NoShutdownReport { .. }
            | Self::Bypassed { .. }
            | Self::Surplus { .. }
            | Self::Foreign { .. }
            | Self::HiddenLoss { .. }
            | Self::Unrefused { .. }
            | Self::NotSettled { .. } => Weight::Refutes,
            Self::Unreadable { .. } => Weight::NotReady,
        }
    }

    /// Whether it means that figures of the ledger are wrong, so that what follows from them is no evidence.
    pub(crate) fn is_contradiction(&self) -> bool {
        matches!(self, Self::CounterWentBack { .. } | Self::CounterMissing { .. })
    }

    /// A counter that is less than it was.
    #[must_use]
    pub fn counter_went_back(part: &str, metric: &str) -> Self {
        Self::CounterWentBack { part: part.to_owned(), metric: metric.to_owned() }
    }

    /// A counter that must be there and is not.
    #[must_use]
    pub fn counter_missing(part: &str, metric: &str) -> Self {
        Self::CounterMissing { part: part.to_owned(), metric: metric.to_owned() }
    }

    /// The parts that the finding is about.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Self::Lost(loss) => loss.at.as_deref().into_iter().collect(),
            Self::Restarted { part }
            | Self::InstanceUnknown { part }
            | Self::StartUnread { part, .. }
            | Self::CounterWentBack { part, .. }
            | Self::CounterMissing { part, .. }
            | Self::NoShutdownReport { service: part }
            | Self::Unreadable { part, .. } => vec![part],
            Self::Bypassed { bypass, .. } => bypass.parts(),
            Self::Surplus { from, to, .. } => from.hop().into_iter().chain([to.as_str()]).collect(),
            Self::NotSettled { pending, .. } => pending.iter().flat_map(Pending::parts).collect(),
            Self::Duplicates { .. } | Self::Foreign { .. } | Self::HiddenLoss { .. } | Self::Unrefused { .. } => {
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incomplete_counters_refute_nothing() {
        let part = || "agent".to_owned();
        let incomplete = [
            LedgerFinding::Restarted { part: part() },
            LedgerFinding::InstanceUnknown { part: part() },
            LedgerFinding::counter_went_back("agent", "a"),
            LedgerFinding::counter_missing("agent", "a"),
        ];
        assert!(incomplete.iter().all(|finding| finding.weight() == Weight::IncompleteCounters));
        assert_eq!(incomplete.map(|finding| finding.is_contradiction()), [false, false, true, true]);
    }
}
