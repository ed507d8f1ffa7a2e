//! What a tail sampler did with a trace: kept by which policy, or dropped whole on whose word.

use std::collections::BTreeSet;

use trace_assert::{Trace, TraceId, Value};

use crate::ledger::Total;
use crate::ledger::sampled::Sampled;

/// The attribute of the scope in which the collector records the policy (feature gate `recordpolicy`).
pub const POLICY: &str = "tailsampling.policy";

/// The attribute of the scope in which it records which part of a composite policy wanted the trace.
pub const PART: &str = "tailsampling.composite_policy";

/// The policies that the spans of a trace name.  A late span names one only if the decision about it was remembered.
#[must_use]
pub fn policies(trace: &Trace) -> BTreeSet<&str> {
    named(trace, POLICY)
}

/// The parts of composite policies that the spans of a trace name.
#[must_use]
pub fn parts(trace: &Trace) -> BTreeSet<&str> {
    named(trace, PART)
}

fn named<'a>(trace: &'a Trace, key: &str) -> BTreeSet<&'a str> {
    trace.spans.iter().filter_map(|span| text(span.scope.attributes.get(key)?)).collect()
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// What is wrong with a stored trace that `policy` should have kept.
#[must_use]
pub fn kept_by(total: &Total, trace: &Trace, policy: &str) -> Option<String> {
    let found = policies(trace);
    if found == BTreeSet::from([policy]) {
        return None;
    }
    let found = found.into_iter().collect::<Vec<_>>().join(", ");
    let found = if found.is_empty() { format!("no policy: {}", unsampled(total)) } else { format!("`{found}`") };
    Some(format!("trace {} was kept by {found}, expected `{policy}`", trace.id))
}

/// What is wrong with a stored trace that should have been dropped.
#[must_use]
pub fn not_dropped(total: &Total, trace: &Trace) -> String {
    let found = policies(trace).into_iter().collect::<Vec<_>>().join(", ");
    let found = if found.is_empty() { unsampled(total) } else { format!("the policy `{found}` kept it") };
    format!("trace {} is in the store, expected it to be dropped: {found}", trace.id)
}

/// What is wrong with the absence of a trace that should have been dropped, by exactly the policies `wanted`.
///
/// The proof is the ledger's.  Nothing was lost and nothing pushed out, so the trace was judged; and a judged trace is dropped
/// only when every policy that was asked refused it.
#[must_use]
pub fn dropped(total: &Total, id: TraceId, wanted: Option<&[String]>) -> Option<String> {
    let Some(sampled) = total.sampled.first() else {
        return Some(format!("trace {id} is not in the store, and no policy refused it: {}", unsampled(total)));
    };
    if total.lost > 0 || !sampled.judged_all() {
        return Some(format!(
            "trace {id} is not in the store, but nobody can say that it was refused: {}",
            torn(total, sampled)
        ));
    }
    let (wanted, asked) = (wanted?, sampled.asked());
    let differ = wanted.iter().map(String::as_str).collect::<BTreeSet<_>>() != asked.iter().copied().collect();
    differ.then(|| format!("trace {id} was refused by {}, expected {}", asked.join(", "), wanted.join(", ")))
}

/// Who may have dropped a trace that should be there, for the end of a sentence.
#[must_use]
pub fn suspect(total: &Total) -> String {
    let evicted = total.sampled.iter().find(|sampled| sampled.evicted > 0);
    let refused = total.sampled.iter().find(|sampled| sampled.refused > 0);
    match (evicted, refused) {
        (Some(sampled), _) => format!("; {} pushed {} traces out undecided", sampled.at, sampled.evicted),
        (None, Some(sampled)) => format!("; the policies of {} refused {} traces", sampled.at, sampled.refused),
        (None, None) => String::new(),
    }
}

/// Why no policy has a say.
fn unsampled(total: &Total) -> String {
    match total.sampled.first() {
        Some(sampled) if sampled.policies.is_empty() => format!("the sampler of {} has no policy", sampled.at),
        Some(sampled) => format!("{} samples, and does not record why (feature gate `recordpolicy`)", sampled.at),
        None => "no collector samples; is `tail_sampling` in a pipeline, and do the services export to it?".to_owned(),
    }
}

fn torn(total: &Total, sampled: &Sampled) -> String {
    if sampled.evicted > 0 {
        format!("{} pushed {} traces out undecided", sampled.at, sampled.evicted)
    } else {
        format!("{} spans were lost", total.lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::tail::Policy;
    use trace_assert::{Span, Value};

    const ID: TraceId = TraceId([7; 16]);

    /// A run in which `errors` and `slow` were asked about four traces, and refused three.
    fn sampled(evicted: u64) -> Total {
        let policy = |wanted| Policy { wanted, refused: 4 - wanted, spans: 9 };
        let policies = [("errors".to_owned(), policy(1)), ("slow".to_owned(), policy(0))].into();
        let sampled =
            Sampled { at: "gateway".to_owned(), kept: 1, refused: 3, evicted, policies, ..Sampled::default() };
        Total { sampled: vec![sampled], ..Total::default() }
    }

    fn trace(policy: Option<&str>) -> Trace {
        let mut span = Span { trace_id: ID, ..Span::default() };
        let policy = policy.map(|policy| (POLICY.to_owned(), Value::String(policy.to_owned())));
        std::sync::Arc::make_mut(&mut span.scope).attributes.extend(policy);
        Trace::group(vec![span]).remove(0)
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_trace_is_dropped_by_exactly_the_policies_that_were_asked() {
        assert_eq!(dropped(&sampled(0), ID, Some(&names(&["slow", "errors"]))), None);
        assert_eq!(dropped(&sampled(0), ID, None), None);
        let said = dropped(&sampled(0), ID, Some(&names(&["slow"]))).unwrap();
        assert_eq!(said, format!("trace {ID} was refused by errors, slow, expected slow"));
    }

    #[test]
    fn an_absence_that_has_another_reason_is_no_refusal() {
        let said = dropped(&sampled(2), ID, None).unwrap();
        assert!(said.ends_with("nobody can say that it was refused: gateway pushed 2 traces out undecided"), "{said}");
        let lost = Total { lost: 1, ..sampled(0) };
        assert!(dropped(&lost, ID, None).unwrap().ends_with(": 1 spans were lost"));
        assert!(dropped(&Total::default(), ID, None).unwrap().contains("no policy refused it: no collector samples"));
    }

    #[test]
    fn a_stored_trace_says_which_policy_kept_it() {
        assert_eq!(kept_by(&sampled(0), &trace(Some("errors")), "errors"), None);
        let said = kept_by(&sampled(0), &trace(Some("slow")), "errors").unwrap();
        assert_eq!(said, format!("trace {ID} was kept by `slow`, expected `errors`"));
        assert!(kept_by(&Total::default(), &trace(None), "errors").unwrap().contains("kept by no policy"));
        assert!(not_dropped(&sampled(0), &trace(Some("slow"))).ends_with("the policy `slow` kept it"));
    }
}
