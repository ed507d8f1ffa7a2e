//! The proof of one step: what came back, and the traces of it.

use trace_assert::TraceId;

use crate::finding::Finding;
use crate::head;
use crate::problem::{Problem, Samplers};
use crate::proof::Proof;
use crate::response_check;
use crate::share::Share;
use crate::step_response::{Driven, StepResponse};
use crate::step_result::StepResult;
use crate::trace_proof;
use ledger::sampler_state;
use scenario::{Action, Check, Step};

/// Judges one step, and explains its traces.
pub(crate) fn result((step, response): &Driven<'_>, proof: &mut Proof<'_>) -> StepResult {
    let result = match response {
        Ok(response) => judged(step, response, proof),
        Err(result) => (**result).clone(),
    };
    StepResult { wrote: step.write.as_ref().map(|write| write.part.clone()), ..result }
}

fn judged(step: &Step, came_back: &StepResponse, proof: &mut Proof<'_>) -> StepResult {
    let (mut findings, traces) = findings_of_responses(&step.check, came_back, proof);
    findings.extend(findings_of_repeated(came_back, proof));
    let share = step.check.share.map(|expected| {
        let stored = traces.iter().filter(|id| proof.get(**id).is_some()).count();
        Share::new(expected, traces.len() as u64, stored as u64, proof.level)
    });
    let wrong = share.filter(|share| !share.is_allowed());
    findings.extend(wrong.map(|share| Problem::Share { share, samplers: deciding_samplers(came_back, proof) }.into()));
    proof.explain(traces.iter().copied());
    let unsampled = came_back.responses.iter().filter_map(|response| response.trace.filter(|(_, sampled)| !sampled));
    StepResult {
        part: Some(part(step).to_owned()),
        unsampled: unsampled.map(|(id, _)| id).collect(),
        callers: came_back.responses.iter().filter_map(|response| Some(response.caller?.1)).collect(),
        samplers: came_back.samplers.clone(),
        traces,
        share,
        ..StepResult::plain(&step.caption, findings)
    }
}

/// What is wrong with each response, and after it what is wrong with its trace; and the traces, each once.
fn findings_of_responses(
    check: &Check,
    came_back: &StepResponse,
    proof: &mut Proof<'_>,
) -> (Vec<Finding>, Vec<TraceId>) {
    let reply = response_check::check_reply(check, came_back);
    let mut findings: Vec<Finding> = reply.map(Finding::from).into_iter().collect();
    findings.extend(head::decisions_that_differ(&came_back.responses));
    let mut traces = Vec::new();
    for response in &came_back.responses {
        findings.extend(response_check::check_response(check, response).into_iter().map(Finding::from));
        // Several parts may respond about one trace. Their differences are reported above.
        if response.trace.is_none_or(|(id, _)| !traces.contains(&id)) {
            findings.extend(trace_proof::findings(check, came_back, response, proof));
        }
        traces.extend(response.trace.map(|(id, _)| id).filter(|id| !traces.contains(id)));
    }
    findings.extend(came_back.gave_up.clone().map(Finding::from));
    (findings, traces)
}

/// Requests that were repeated: their traces are stored or not, as their responses say, and keep the invariants.
fn findings_of_repeated(came_back: &StepResponse, proof: &mut Proof<'_>) -> Vec<Finding> {
    let (anything, earlier) = (Check::default(), came_back.earlier.iter());
    proof.explain(earlier.clone().filter_map(|response| Some(response.trace?.0)));
    earlier.flat_map(|response| trace_proof::findings(&anything, came_back, response, proof)).collect()
}

/// The head samplers of the parts that responded. Where collectors sample, head samplers did not decide.
fn deciding_samplers(came_back: &StepResponse, proof: &Proof<'_>) -> Samplers {
    let parts = came_back.responses.iter().map(|response| response.part.as_str());
    let is_head_sampled = proof.settled.total.sampled.is_empty();
    if is_head_sampled { sampler_state::select_parts(&came_back.samplers, parts) } else { Samplers::new() }
}

fn part(step: &Step) -> &str {
    match &step.action {
        Action::Get(get) => &get.place.part,
        Action::Redis { .. } => "redis",
        Action::WebSocket(message) => &message.place.part,
    }
}
