//! The verdict of a run: where it is decided whether a case is proved.

use ledger::LedgerFinding;
use ledger::weight::Weight;
use serde::{Deserialize, Serialize};

use crate::step_result::{StepResult, StepVerdict};

/// The verdict of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that was to be proved is proved.
    #[default]
    #[error("proved")]
    Proved,
    /// Something is refuted.
    #[error("refuted")]
    Refuted,
    /// Nothing is refuted, but the counters are incomplete.
    #[error("not provable")]
    NotProvable,
    /// A part did not show its counters, so nothing can be said.
    #[error("not ready")]
    NotReady,
}

impl Verdict {
    /// The verdict that follows from the steps and from the ledger.
    #[must_use]
    pub fn new(steps: &[StepResult], findings: &[LedgerFinding]) -> Self {
        let failed = steps.iter().any(|step| step.verdict == StepVerdict::Failed);
        match findings.iter().map(LedgerFinding::weight).max() {
            Some(Weight::NotReady) => Self::NotReady,
            Some(Weight::Refutes) => Self::Refuted,
            _ if failed => Self::Refuted,
            Some(Weight::IncompleteCounters) => Self::NotProvable,
            None => Self::Proved,
        }
    }
}

#[cfg(test)]
mod tests {
    use ledger::loss::Loss;

    use super::*;
    use crate::problem::Problem;

    #[test]
    fn a_refutation_counts_more_than_incomplete_counters_and_a_part_that_is_gone_more_than_both() {
        let (passed, failed) =
            (StepResult::plain("a", vec![]), StepResult::plain("b", vec![Problem::NoTraceresponse.into()]));
        let restarted = LedgerFinding::Restarted { part: "agent".to_owned() };
        let unreadable = LedgerFinding::Unreadable { part: "jaeger".to_owned(), error: String::new() };
        assert_eq!(Verdict::new(std::slice::from_ref(&passed), &[]), Verdict::Proved);
        assert_eq!(Verdict::new(std::slice::from_ref(&passed), std::slice::from_ref(&restarted)), Verdict::NotProvable);
        assert_eq!(Verdict::new(&[passed, failed.clone()], &[restarted]), Verdict::Refuted);
        assert_eq!(Verdict::new(&[failed], &[unreadable]), Verdict::NotReady);
    }

    #[test]
    fn a_lost_span_refutes_a_run_whose_steps_passed() {
        let lost = LedgerFinding::Lost(Loss::unexplained(1));
        assert_eq!(Verdict::new(&[StepResult::plain("a", vec![])], &[lost]), Verdict::Refuted);
    }
}
