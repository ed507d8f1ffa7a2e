//! Head sampling: whether services decide alike, and whether what they did not record is what the steps did not sample.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::{Span, Trace, TraceId};

use crate::finding::Finding;
use crate::problem::Problem;
use crate::response::Response;
use crate::step_response::Driven;
use crate::step_result::StepResult;
use ledger::Total;

/// Traces about which two responses differ.
pub(crate) fn decisions_that_differ(responses: &[Response]) -> Vec<Finding> {
    let mut decided: BTreeMap<TraceId, [BTreeSet<&str>; 2]> = BTreeMap::new();
    for response in responses {
        if let Some((id, sampled)) = response.trace {
            decided.entry(id).or_default()[usize::from(sampled)].insert(&response.part);
        }
    }
    let differing = decided.iter().filter(|(_, parts)| parts.iter().all(|parts| !parts.is_empty()));
    let problem = |[not, by]: &[BTreeSet<&str>; 2]| Problem::DecisionsDiffer {
        sampled_by: owned(by),
        not_sampled_by: owned(not),
    };
    differing.map(|(id, parts)| Finding::about(*id, problem(parts))).collect()
}

/// What is wrong with a stored trace that its first service had not sampled: another service did.
pub(crate) fn recorded_unsampled(trace: &Trace) -> Problem {
    Problem::RecordedUnsampled { services: owned(&trace.spans.iter().map(Span::service).collect()) }
}

/// Whether the non-recording spans are exactly those of the traces that were not sampled.
///
/// No result where a step has such traces and does not declare how many spans each would have had, or nothing came back.
pub(crate) fn non_recording(driven: &[Driven<'_>], total: &Total) -> Option<StepResult> {
    let mut expected = 0;
    for (step, response) in driven {
        let response = response.as_ref().ok()?;
        let decided = response.earlier.iter().chain(&response.responses).filter_map(|one| one.trace);
        let traces: BTreeMap<TraceId, bool> = decided.collect();
        let unsampled = traces.values().filter(|sampled| !**sampled).count() as u64;
        if unsampled > 0 {
            expected += unsampled * step.check.non_recording?;
        }
    }
    let (got, by) = (total.non_recording, total.non_recording_by.clone());
    let caption = match expected {
        0 => "every span is recorded".to_owned(),
        _ => format!("{expected} spans are not recorded: those of the traces that are not sampled, and no others"),
    };
    let finding = (got != expected).then(|| Problem::NonRecording { expected, got, by }.into());
    (got > 0 || expected > 0).then(|| StepResult::plain(&caption, finding.into_iter().collect()))
}

fn owned(parts: &BTreeSet<&str>) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(part: &str, sampled: bool) -> Response {
        Response {
            status: 200,
            part: part.to_owned(),
            trace: Some((TraceId([7; 16]), sampled)),
            caller: None,
            body: String::new(),
        }
    }

    #[test]
    fn services_that_decide_differently_about_one_trace_are_named() {
        assert!(decisions_that_differ(&[response("items", true), response("users", true)]).is_empty());
        let responses = [response("items", true), response("users", false), response("remote-users", false)];
        let (sampled_by, not_sampled_by) =
            (vec!["items".to_owned()], vec!["remote-users".to_owned(), "users".to_owned()]);
        let expected = Finding::about(TraceId([7; 16]), Problem::DecisionsDiffer { sampled_by, not_sampled_by });
        assert_eq!(decisions_that_differ(&responses), [expected]);
    }
}
