//! Why a ledger did not close.

use std::time::Duration;

use crate::counter_deltas::CounterDeltas;
use crate::ledger_finding::LedgerFinding;
use crate::list::joined;
use crate::pending::Pending;
use crate::read_error::ReadError;

/// Why a run did not settle.
#[derive(Debug, thiserror::Error)]
pub enum Unsettled {
    /// Something was in flight at the deadline.
    #[error("not settled after {} s: {}", waited.as_secs(), joined(pending))]
    UnderWay {
        /// How long the run was waited for.
        waited: Duration,
        /// What was in flight.
        pending: Vec<Pending>,
        /// What every hop counted, as far as it could be read.
        deltas: Box<CounterDeltas>,
    },
    /// A part cannot be read.
    #[error(transparent)]
    Unreadable(ReadError),
}

impl Unsettled {
    /// What is wrong.
    #[must_use]
    pub fn findings(&self) -> Vec<LedgerFinding> {
        match self {
            Self::UnderWay { waited, pending, deltas } => {
                let (mut findings, pending) = (deltas.gaps(), deltas.certain(pending));
                if !pending.is_empty() || findings.is_empty() {
                    findings.push(LedgerFinding::NotSettled { seconds: waited.as_secs(), pending });
                }
                findings
            }
            Self::Unreadable(error) => {
                vec![LedgerFinding::Unreadable { part: error.part.clone(), error: error.with_causes() }]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(pending: Vec<Pending>, gaps: Vec<LedgerFinding>) -> Vec<LedgerFinding> {
        let deltas = Box::new(CounterDeltas { gaps, ..CounterDeltas::default() });
        Unsettled::UnderWay { waited: Duration::from_secs(30), pending, deltas }.findings()
    }

    #[test]
    fn what_seems_to_be_in_flight_at_a_part_with_a_missing_counter_refutes_nothing() {
        let pending = |service: &str| Pending::Unexported { service: service.to_owned(), spans: 1 };
        let missing = LedgerFinding::counter_missing("items", "otel_sdk_exporter_span_exported");
        assert_eq!(findings(vec![pending("items")], vec![missing.clone()]), std::slice::from_ref(&missing));
        let users = LedgerFinding::NotSettled { seconds: 30, pending: vec![pending("users")] };
        assert_eq!(findings(vec![pending("items"), pending("users")], vec![missing.clone()]), [missing, users]);
    }

    #[test]
    fn an_unknown_instance_does_not_excuse_what_is_in_flight() {
        let unknown = LedgerFinding::InstanceUnknown { part: "items".to_owned() };
        let held = vec![Pending::StillArriving];
        let not_settled = LedgerFinding::NotSettled { seconds: 30, pending: held.clone() };
        assert_eq!(findings(held, vec![unknown.clone()]), [unknown, not_settled]);
    }
}
