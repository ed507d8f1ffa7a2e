//! The proof of one trace of a step: stored or absent, whole, and with the links that it must have.

use trace_assert::{Labels, SpanId, Trace, TraceId, invariants};

use crate::finding::Finding;
use crate::head;
use crate::problem::Problem;
use crate::proof::Proof;
use crate::response::Response;
use crate::response_check;
use crate::step_response::StepResponse;
use crate::tail;
use ledger::Total;
use scenario::{Check, TailSamplingOutcome};

/// What is wrong with the trace of one response.
pub(crate) fn findings(check: &Check, step: &StepResponse, response: &Response, proof: &mut Proof<'_>) -> Vec<Finding> {
    let Some((id, sampled)) = response.trace else {
        return check.trace.iter().map(|_| Problem::NoTraceresponse.into()).collect();
    };
    let other = response.caller.filter(|(sent, _)| *sent != id).map(|(sent, _)| Problem::OtherTrace { sent });
    let decision = || response_check::decided_otherwise(check, response, step);
    let problem = match (other.or_else(decision), proof.get(id), sampled) {
        (Some(problem), ..) => Some(problem),
        (None, Some(trace), true) => return stored(check, trace, response.caller.map(|(_, span)| span), proof),
        (None, Some(trace), false) => Some(head::recorded_unsampled(trace)),
        (None, None, true) => absence(check, id, &proof.settled.total),
        (None, None, false) => (check.trace.is_some() && check.share.is_none()).then_some(Problem::NotSampled),
    };
    problem.map(|problem| Finding::about(id, problem)).into_iter().collect()
}

/// What is wrong with the absence of a trace that the services sampled.
fn absence(check: &Check, id: TraceId, total: &Total) -> Option<Problem> {
    match &check.tail_sampling_outcome {
        Some(TailSamplingOutcome::Dropped(policies)) => tail::dropped(total, policies.as_deref()),
        // How many of them are absent is reported once, for all.
        None if check.share.is_some() => None,
        _ => {
            let absent = total.missing.iter().chain(&total.dropped).filter(|span| span.trace_id == id);
            Some(Problem::NotStored { ended: absent.cloned().collect(), suspect: tail::suspect(total) })
        }
    }
}

/// What is wrong with a stored trace.
fn stored(check: &Check, trace: &Trace, parent: Option<SpanId>, proof: &mut Proof<'_>) -> Vec<Finding> {
    let mut findings = violations(trace, parent);
    let total = &proof.settled.total;
    let problem = match &check.tail_sampling_outcome {
        Some(TailSamplingOutcome::Dropped(_)) => {
            return vec![Finding::about(trace.id, tail::not_dropped(total, trace))];
        }
        Some(TailSamplingOutcome::SampledBy(policy)) => tail::kept_by(total, trace, policy),
        None => None,
    };
    findings.extend(problem.map(|problem| Finding::about(trace.id, problem)));
    match check.trace.as_ref().map_or_else(|| Ok(Labels::default()), |tree| tree.check(trace, &Labels::default())) {
        Ok(labels) => findings.extend(linked(check, trace, &labels, proof)),
        Err(mismatch) => findings.push(Finding::about(trace.id, Problem::Tree { linked: false, mismatch })),
    }
    findings
}

/// Traces with a link to this one are explained by it, and must match the tree that the step expects.
fn linked(check: &Check, trace: &Trace, labels: &Labels, proof: &mut Proof<'_>) -> Vec<Finding> {
    let linked = proof.linking_to(trace.id);
    proof.explain(linked.iter().map(|trace| trace.id));
    let mut findings: Vec<Finding> = linked.iter().flat_map(|trace| violations(trace, None)).collect();
    if let Some(tree) = &check.linked {
        if linked.is_empty() {
            findings.push(Finding::about(trace.id, Problem::NoLink));
        }
        findings.extend(linked.iter().filter_map(|other| {
            let mismatch = tree.check(other, labels).err()?;
            Some(Finding::about(other.id, Problem::Tree { linked: true, mismatch }))
        }));
    }
    findings
}

/// The invariants that a trace violates; its root may have a remote parent that is stored nowhere.
pub(crate) fn violations(trace: &Trace, remote_parent: Option<SpanId>) -> Vec<Finding> {
    let violations = invariants::check(trace, &invariants::Options { remote_parent }).into_iter();
    violations.map(|violation| Finding::about(trace.id, Problem::Invariant(violation))).collect()
}
