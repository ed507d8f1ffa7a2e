//! The proof of one step: what came back, and the traces of it.

use trace_assert::TraceId;

use crate::driven_step::DrivenStep;
use crate::finding::{Finding, Samplers};
use crate::head;
use crate::response_check;
use crate::share::Share;
use crate::significance_level::SignificanceLevel;
use crate::step_error::StepError;
use crate::step_response::StepResponse;
use crate::step_result::{SkipReason, StepResult};
use crate::stored_traces::StoredTraces;
use crate::trace_proof::TraceProof;
use ledger::Settled;
use ledger::sampler_state;
use scenario::{Action, Check, Step};

/// Judges one step, and explains its traces.
pub(crate) fn result(
    DrivenStep { step, response }: &DrivenStep<'_>,
    settled: &Settled,
    traces: &mut StoredTraces<'_>,
    level: SignificanceLevel,
) -> StepResult {
    let result = match response {
        Ok(response) => StepProof { step, response, settled }.result(traces, level),
        Err(StepError::Failed(findings)) => StepResult::plain(&step.caption, findings.clone()),
        Err(StepError::Unsupported) => StepResult::skipped(&step.caption, SkipReason::NeedsControl),
    };
    StepResult { wrote: step.write.as_ref().map(|write| write.part.clone()), ..result }
}

/// What one step is judged by.
struct StepProof<'a> {
    step: &'a Step,
    response: &'a StepResponse,
    settled: &'a Settled,
}

impl StepProof<'_> {
    fn result(&self, traces: &mut StoredTraces<'_>, level: SignificanceLevel) -> StepResult {
        let (check, response) = (&self.step.check, self.response);
        let mut findings: Vec<Finding> = response_check::in_reply(check, response).into_iter().collect();
        findings.extend(head::decisions_that_differ(&response.responses));
        let mut ids = Vec::new();
        // What is wrong with a response, and right behind it why.
        for one in &response.responses {
            findings.extend(response_check::in_response(check, one));
            // Several places may respond about one trace; what they disagree on is said above.
            if one.trace.is_none_or(|(id, _)| !ids.contains(&id)) {
                findings.extend(self.trace_proof(check, traces).findings(one));
            }
            ids.extend(one.trace.map(|(id, _)| id).filter(|id| !ids.contains(id)));
        }
        findings.extend(response_check::given_up(response));
        findings.extend(self.earlier(traces));
        let share = check.share.map(|wanted| Share::new(wanted, ids.len() as u64, traces.count(&ids) as u64, level));
        let wrong = share.filter(|share| !share.is_allowed());
        findings.extend(wrong.map(|share| Finding::Share { share, samplers: self.deciding() }));
        traces.explain(ids.iter().copied());
        StepResult { share, ..self.seen(traces, ids, findings) }
    }

    fn trace_proof<'b, 'a>(&'b self, check: &'b Check, traces: &'b mut StoredTraces<'a>) -> TraceProof<'b, 'a> {
        TraceProof { check, response: self.response, settled: self.settled, traces }
    }

    /// The head samplers of the parts that responded; where collectors sample, it was not they who decided.
    fn deciding(&self) -> Samplers {
        let parts = self.response.responses.iter().map(|response| response.part.as_str());
        if self.settled.total.sampled.is_empty() {
            sampler_state::of(&self.response.samplers, parts)
        } else {
            Samplers::new()
        }
    }

    /// Requests that were repeated: their traces are stored or not, as their responses say, and keep the invariants.
    fn earlier(&self, traces: &mut StoredTraces<'_>) -> Vec<Finding> {
        let (anything, earlier) = (Check::default(), &self.response.earlier);
        traces.explain(earlier.iter().filter_map(|response| Some(response.trace?.0)));
        let mut proof = self.trace_proof(&anything, traces);
        earlier.iter().flat_map(|response| proof.findings(response)).collect()
    }

    /// What was seen of the step, whatever it amounts to.
    fn seen(&self, stored: &StoredTraces<'_>, traces: Vec<TraceId>, findings: Vec<Finding>) -> StepResult {
        let part = match &self.step.action {
            Action::Get(get) => get.place.part.clone(),
            Action::Redis { .. } => "redis".to_owned(),
            Action::WebSocket(message) => message.place.part.clone(),
        };
        let responses = &self.response.responses;
        let unsampled = responses.iter().filter_map(|response| response.trace.filter(|(_, sampled)| !sampled));
        StepResult {
            part: Some(part),
            picture: traces.first().map(|id| stored.picture(*id)),
            unsampled: unsampled.map(|(id, _)| id).collect(),
            callers: responses.iter().filter_map(|response| Some(response.caller?.1)).collect(),
            samplers: self.response.samplers.clone(),
            traces,
            ..StepResult::plain(&self.step.caption, findings)
        }
    }
}
