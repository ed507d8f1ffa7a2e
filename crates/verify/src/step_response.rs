//! What came back from one step.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::problem::Problem;
use crate::response::Response;
use crate::step_result::StepResult;
use ledger::sampler_state::SamplerState;
use scenario::Step;

/// A step, and what came back from it. If nothing came back, its result is known already.
pub(crate) type Driven<'a> = (&'a Step, Result<StepResponse, Box<StepResult>>);

/// What came back from one step.
#[derive(Debug, Clone, Default)]
pub(crate) struct StepResponse {
    /// One response per request; empty for a Redis command or a message.
    pub(crate) responses: Vec<Response>,
    /// Earlier responses, where a request was repeated.
    pub(crate) earlier: Vec<Response>,
    /// The part that replied to a Redis command, or to a message over a WebSocket, and its reply.
    pub(crate) reply: Option<(String, Value)>,
    /// Set where a request was repeated and never got the expected response.
    pub(crate) gave_up: Option<Problem>,
    /// How many receivers got what `lab` itself published.
    pub(crate) delivered: u64,
    /// The head sampler of each service, right after the step.
    pub(crate) samplers: BTreeMap<String, SamplerState>,
}
