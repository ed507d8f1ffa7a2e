//! What became of one trace.

use serde::{Deserialize, Serialize};

use crate::explain::evidence::Evidence;
use ledger::LedgerFinding;
use ledger::loss::LossReason;

/// What became of one trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceVerdict {
    /// It is stored, complete as far as is known.
    Kept,
    /// It is stored, and something of it is missing.
    KeptInPart,
    /// The policies of a tail sampler refused it.
    Refused,
    /// A tail sampler evicted it before its decision.
    Evicted,
    /// A tail sampler refused it or evicted it; the counters do not tell which.
    RefusedOrEvicted,
    /// It was exported and is lost.
    Lost,
    /// Its first service did not sample it.
    NotSampled,
    /// Its spans were recorded and not sampled, so they were not exported.
    NotExported,
    /// It is not decided yet, or in flight.
    InFlight,
    /// It was exported; the store does not answer.
    StoreUnreadable,
    /// Nothing knows of it.
    Unknown,
}

impl TraceVerdict {
    /// What the evidence amounts to.
    #[must_use]
    pub fn new(evidence: &Evidence) -> Self {
        let exported = evidence.response_sampled == Some(true) || evidence.ended.iter().any(|span| span.sampled);
        let in_flight = !evidence.pending.is_empty();
        match (evidence.stored.is_some(), exported) {
            (true, _) if !evidence.is_incomplete() => Self::Kept,
            (true, _) if in_flight => Self::InFlight,
            (true, _) => Self::KeptInPart,
            (false, true) if evidence.store_unreadable => Self::StoreUnreadable,
            (false, true) if in_flight => Self::InFlight,
            (false, true) => Self::from_absence(evidence),
            (false, false) if evidence.response_sampled == Some(false) => Self::NotSampled,
            (false, false) if !evidence.ended.is_empty() => Self::NotExported,
            (false, false) => Self::Unknown,
        }
    }

    /// A trace that was exported and is not stored. No part writes down what it drops, so this follows from the counters.
    fn from_absence(evidence: &Evidence) -> Self {
        let Some(sampled) = evidence.sampled.first() else { return Self::Lost };
        let is_eviction = |finding: &LedgerFinding| match finding {
            LedgerFinding::Lost(loss) => matches!(loss.reason, LossReason::Evicted { .. }),
            _ => false,
        };
        let elsewhere = !evidence.losses.iter().all(is_eviction);
        match (sampled.refused > 0, sampled.decided_all()) {
            (true, true) if !elsewhere => Self::Refused,
            (false, false) => Self::Evicted,
            (true, false) => Self::RefusedOrEvicted,
            _ => Self::Lost,
        }
    }
}
