//! A step that was driven, with what came back.

use crate::step_error::StepError;
use crate::step_response::StepResponse;
use scenario::Step;

/// A step that was driven, with what came back.
#[derive(Debug)]
pub(crate) struct DrivenStep<'a> {
    /// The step.
    pub(crate) step: &'a Step,
    /// What came back, or why nothing did.
    pub(crate) response: Result<StepResponse, StepError>,
}
