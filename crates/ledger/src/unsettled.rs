//! Why a run did not settle.

use std::time::Duration;

use crate::counter_deltas::CounterDeltas;
use crate::ledger_finding::LedgerFinding;
use crate::list::joined;
use crate::pending::Pending;
use crate::read_error::ReadError;
use crate::unfinished::Unfinished;

/// Why a run did not settle.
#[derive(Debug, thiserror::Error)]
#[error("{}", joined(findings))]
pub struct Unsettled {
    /// What is wrong.
    pub findings: Vec<LedgerFinding>,
    /// What is known of the ledger, unless a part could not be read.
    pub unfinished: Option<Unfinished>,
}

impl Unsettled {
    /// Something was in flight at the deadline.
    #[must_use]
    pub fn under_way(waited: Duration, pending: &[Pending], deltas: &CounterDeltas) -> Self {
        let (mut findings, certain) = (deltas.gaps(), deltas.certainly_pending(pending));
        if !certain.is_empty() || findings.is_empty() {
            findings.push(LedgerFinding::NotSettled { seconds: waited.as_secs(), pending: certain });
        }
        Self { findings, unfinished: Some(Unfinished::new(deltas, pending)) }
    }
}

impl From<ReadError> for Unsettled {
    fn from(error: ReadError) -> Self {
        let error = LedgerFinding::Unreadable { error: error.with_causes(), part: error.part };
        Self { findings: vec![error], unfinished: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(pending: Vec<Pending>, gaps: Vec<LedgerFinding>) -> Vec<LedgerFinding> {
        let deltas = CounterDeltas { gaps, ..CounterDeltas::default() };
        Unsettled::under_way(Duration::from_secs(30), &pending, &deltas).findings
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
