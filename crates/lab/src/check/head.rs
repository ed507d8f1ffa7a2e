//! Head sampling: whether services decide alike, and whether what they did not record is what the steps did not sample.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::{Span, Trace, TraceId};

use super::Outcome;
use super::drive::Answer;
use super::session::Done;
use crate::ledger::Settled;

/// Traces about which two answers say different things, a sentence each.
pub(super) fn torn_decisions(answers: &[Answer]) -> Vec<String> {
    let mut decided: BTreeMap<TraceId, BTreeMap<bool, BTreeSet<&str>>> = BTreeMap::new();
    for answer in answers {
        if let Some((id, sampled)) = answer.trace {
            decided.entry(id).or_default().entry(sampled).or_default().insert(&answer.part);
        }
    }
    let torn = |(id, by): (&TraceId, &BTreeMap<bool, BTreeSet<&str>>)| match (by.get(&true), by.get(&false)) {
        (Some(sampled), Some(not)) => {
            Some(format!("trace {id} is sampled by {} and not by {}", listed(sampled), listed(not)))
        }
        _ => None,
    };
    decided.iter().filter_map(torn).collect()
}

/// What is wrong with a stored trace whose first service had not sampled it: somebody else did.
pub(super) fn recorded_unasked(trace: &Trace) -> String {
    let who: BTreeSet<&str> = trace.spans.iter().map(Span::service).collect();
    format!("trace {} is in the store although it was not sampled: recorded by {}", trace.id, listed(&who))
}

/// Whether the services did not record exactly the spans of the traces that were not sampled.
///
/// Nothing is said where a step has such traces and does not say how many spans each would have had, or brought nothing.
pub(super) fn unrecorded(done: &[Done<'_>], settled: &Settled) -> Option<Outcome> {
    let mut expected = 0;
    for (step, driven) in done {
        let driven = driven.as_ref().ok()?;
        let traces: BTreeMap<TraceId, bool> =
            driven.earlier.iter().chain(&driven.answers).filter_map(|answer| answer.trace).collect();
        let unsampled = traces.values().filter(|sampled| !**sampled).count() as u64;
        if unsampled > 0 {
            expected += unsampled * step.check.unrecorded?;
        }
    }
    let found = settled.total.unrecorded;
    let caption = match expected {
        0 => "every span is recorded".to_owned(),
        _ => format!("{expected} spans are not recorded: those of the traces that are not sampled, and no others"),
    };
    let by: Vec<String> = settled.total.unrecorded_by.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let complaint = (found != expected).then(|| {
        let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
        format!("not recorded {found}{by}, expected {expected}: does a sampler decide without asking its parent?")
    });
    (found > 0 || expected > 0).then(|| Outcome::plain(&caption, complaint.as_slice()))
}

fn listed(parts: &BTreeSet<&str>) -> String {
    parts.iter().copied().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(part: &str, sampled: bool) -> Answer {
        Answer {
            status: 200,
            part: part.to_owned(),
            trace: Some((TraceId([7; 16]), sampled)),
            caller: None,
            body: String::new(),
        }
    }

    #[test]
    fn services_that_decide_differently_about_one_trace_are_named() {
        assert!(torn_decisions(&[answer("items", true), answer("users", true)]).is_empty());
        assert_eq!(
            torn_decisions(&[answer("items", true), answer("users", false), answer("remote-users", false)]),
            [format!("trace {} is sampled by items and not by remote-users, users", TraceId([7; 16]))]
        );
    }
}
