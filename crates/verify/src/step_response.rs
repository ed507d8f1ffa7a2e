//! What came back from one step.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use trace_assert::TraceId;

use crate::response::Response;
use ledger::sampler_state::SamplerState;

/// What came back from one step.
#[derive(Debug, Clone, Default)]
pub(crate) struct StepResponse {
    /// One response per request; empty for a Redis command or a message.
    pub(crate) responses: Vec<Response>,
    /// Those before, where a request was repeated.
    pub(crate) earlier: Vec<Response>,
    /// The reply to a Redis command, or to a message over a WebSocket.
    pub(crate) reply: Option<Value>,
    /// How many requests were sent, and for how long, where their repetition was given up.
    pub(crate) given_up: Option<(usize, Duration)>,
    /// How many receivers got what `lab` itself published.
    pub(crate) delivered: u64,
    /// The head sampler of each service, right after the step.
    pub(crate) samplers: BTreeMap<String, SamplerState>,
}

impl StepResponse {
    /// The traces of all responses, and whether each was sampled.
    pub(crate) fn traces(&self) -> BTreeMap<TraceId, bool> {
        self.earlier.iter().chain(&self.responses).filter_map(|response| response.trace).collect()
    }
}
