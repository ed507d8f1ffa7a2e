//! What a check found.

use crate::step_result::StepResult;
use ledger::{Settled, Unsettled};
use trace_assert::Trace;

/// What a check found.
#[derive(Debug)]
pub struct Findings {
    /// Everything that was checked, in order.
    pub outcomes: Vec<StepResult>,
    /// The closed ledger, or why it did not close.
    pub ledger: Result<Settled, Unsettled>,
    /// Every trace of the run that the store has, as far as it could be read.
    pub traces: Vec<Trace>,
}
