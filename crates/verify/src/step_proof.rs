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

fn judged(step: &Step, response: &StepResponse, proof: &mut Proof<'_>) -> StepResult {
    let (mut findings, traces) = of_responses(&step.check, response, proof);
    findings.extend(of_repeated(response, proof));
    let share = step.check.share.map(|expected| {
        let stored = traces.iter().filter(|id| proof.get(**id).is_some()).count();
        Share::new(expected, traces.len() as u64, stored as u64, proof.level)
    });
    let wrong = share.filter(|share| !share.is_allowed());
    findings.extend(wrong.map(|share| Problem::Share { share, samplers: deciding(response, proof) }.into()));
    proof.explain(traces.iter().copied());
    let unsampled = response.responses.iter().filter_map(|one| one.trace.filter(|(_, sampled)| !sampled));
    StepResult {
        part: Some(part(step).to_owned()),
        unsampled: unsampled.map(|(id, _)| id).collect(),
        callers: response.responses.iter().filter_map(|one| Some(one.caller?.1)).collect(),
        samplers: response.samplers.clone(),
        traces,
        share,
        ..StepResult::plain(&step.caption, findings)
    }
}

/// What is wrong with each response, and after it what is wrong with its trace; and the traces, each once.
fn of_responses(check: &Check, response: &StepResponse, proof: &mut Proof<'_>) -> (Vec<Finding>, Vec<TraceId>) {
    let mut findings: Vec<Finding> =
        response_check::check_reply(check, response).map(Finding::from).into_iter().collect();
    findings.extend(head::decisions_that_differ(&response.responses));
    let mut traces = Vec::new();
    for one in &response.responses {
        findings.extend(response_check::check_response(check, one).into_iter().map(Finding::from));
        // Several parts may respond about one trace. Their differences are reported above.
        if one.trace.is_none_or(|(id, _)| !traces.contains(&id)) {
            findings.extend(trace_proof::findings(check, response, one, proof));
        }
        traces.extend(one.trace.map(|(id, _)| id).filter(|id| !traces.contains(id)));
    }
    findings.extend(response.gave_up.clone().map(Finding::from));
    (findings, traces)
}

/// Requests that were repeated: their traces are stored or not, as their responses say, and keep the invariants.
fn of_repeated(response: &StepResponse, proof: &mut Proof<'_>) -> Vec<Finding> {
    let anything = Check::default();
    proof.explain(response.earlier.iter().filter_map(|one| Some(one.trace?.0)));
    response.earlier.iter().flat_map(|one| trace_proof::findings(&anything, response, one, proof)).collect()
}

/// The head samplers of the parts that responded. Where collectors sample, head samplers did not decide.
fn deciding(response: &StepResponse, proof: &Proof<'_>) -> Samplers {
    let parts = response.responses.iter().map(|one| one.part.as_str());
    if proof.settled.total.sampled.is_empty() {
        sampler_state::select_parts(&response.samplers, parts)
    } else {
        Samplers::new()
    }
}

fn part(step: &Step) -> &str {
    match &step.action {
        Action::Get(get) => &get.place.part,
        Action::Redis { .. } => "redis",
        Action::WebSocket(message) => &message.place.part,
    }
}
