//! Head sampling: whether services decide alike, and whether what they did not record is what the steps did not sample.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::{Span, Trace, TraceId};

use crate::driven_step::DrivenStep;
use crate::finding::Finding;
use crate::response::Response;
use crate::step_result::StepResult;
use ledger::Settled;

/// Traces about which two responses differ.
pub(crate) fn decisions_that_differ(responses: &[Response]) -> Vec<Finding> {
    let mut decided: BTreeMap<TraceId, BTreeMap<bool, BTreeSet<&str>>> = BTreeMap::new();
    for response in responses {
        if let Some((id, sampled)) = response.trace {
            decided.entry(id).or_default().entry(sampled).or_default().insert(&response.part);
        }
    }
    let differ = |(id, by): (&TraceId, &BTreeMap<bool, BTreeSet<&str>>)| {
        let (sampled_by, not_sampled_by) = (listed(by.get(&true)?), listed(by.get(&false)?));
        Some(Finding::DecisionsDiffer { trace_id: *id, sampled_by, not_sampled_by })
    };
    decided.iter().filter_map(differ).collect()
}

/// The finding for a stored trace that its first service had not sampled: another service did.
pub(crate) fn recorded_unsampled(trace: &Trace) -> Finding {
    let services: BTreeSet<&str> = trace.spans.iter().map(Span::service).collect();
    Finding::RecordedUnsampled { trace_id: trace.id, services: listed(&services) }
}

/// Whether the services did not record exactly the spans of the traces that were not sampled.
///
/// Nothing is said where a step has such traces and does not say how many spans each would have had, or nothing came back.
pub(crate) fn unrecorded(driven: &[DrivenStep<'_>], settled: &Settled) -> Option<StepResult> {
    let mut expected = 0;
    for DrivenStep { step, response } in driven {
        let traces = response.as_ref().ok()?.traces();
        let unsampled = traces.values().filter(|sampled| !**sampled).count() as u64;
        if unsampled > 0 {
            expected += unsampled * step.check.non_recording?;
        }
    }
    let found = settled.total.non_recording;
    let caption = match expected {
        0 => "every span is recorded".to_owned(),
        _ => format!("{expected} spans are not recorded: those of the traces that are not sampled, and no others"),
    };
    let by = settled.total.non_recording_by.clone();
    let finding = (found != expected).then_some(Finding::NonRecording { expected, got: found, by });
    (found > 0 || expected > 0).then(|| StepResult::plain(&caption, finding.into_iter().collect()))
}

fn listed(parts: &BTreeSet<&str>) -> Vec<String> {
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
        assert_eq!(
            decisions_that_differ(&[
                response("items", true),
                response("users", false),
                response("remote-users", false)
            ])[0]
                .to_string(),
            format!("trace {} is sampled by items and not by remote-users, users", TraceId([7; 16]))
        );
    }
}
