//! What a tail sampler did with a trace: which policy kept it, or which policies refused it.
//!
//! # Layout
//! - [`why_no_policy`]: why a trace names no policy; [`not_judged`]: why its absence proves nothing
//! - [`suspect`]: who may have dropped a trace

pub mod not_judged;
pub mod suspect;
pub mod why_no_policy;

use std::collections::BTreeSet;

use trace_assert::{Trace, TraceId, Value};

use crate::finding::Finding;
use crate::tail::not_judged::NotJudged;
use crate::tail::why_no_policy::WhyNoPolicy;
use ledger::Total;

/// The attribute of the scope in which the collector records the policy (feature gate `recordpolicy`).
pub const POLICY: &str = "tailsampling.policy";

/// The attribute of the scope in which it records which part of a composite policy wanted the trace.
pub const PART: &str = "tailsampling.composite_policy";

/// The policies that the spans of a trace name. A late span names one only if the decision about it was remembered.
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
pub(crate) fn kept_by(total: &Total, trace: &Trace, policy: &str) -> Option<Finding> {
    let (found, why) = named_or_why(total, trace);
    let expected = policy.to_owned();
    (found != [policy]).then_some(Finding::KeptBy { trace_id: trace.id, expected, policies: found, why })
}

/// What is wrong with a stored trace that should have been dropped.
pub(crate) fn not_dropped(total: &Total, trace: &Trace) -> Finding {
    let (policies, why) = named_or_why(total, trace);
    Finding::NotDropped { trace_id: trace.id, policies, why }
}

/// The policies that a trace names; where it names none, why.
fn named_or_why(total: &Total, trace: &Trace) -> (Vec<String>, Option<WhyNoPolicy>) {
    let found: Vec<String> = policies(trace).into_iter().map(str::to_owned).collect();
    let why = found.is_empty().then(|| WhyNoPolicy::find(total));
    (found, why)
}

/// What is wrong with the absence of a trace that should have been dropped, by exactly the policies `wanted`.
///
/// The proof is the ledger's. Nothing was lost and nothing pushed out, so the trace was judged; and a judged trace is dropped
/// only when every policy that was asked refused it.
pub(crate) fn dropped(total: &Total, trace_id: TraceId, wanted: Option<&[String]>) -> Option<Finding> {
    let unproved = |why| Some(Finding::NotProvablyDropped { trace_id, why });
    let Some(sampled) = total.sampled.first() else {
        return unproved(NotJudged::NoPolicy(WhyNoPolicy::find(total)));
    };
    if total.lost > 0 || !sampled.judged_all() {
        return unproved(match sampled.evicted {
            0 => NotJudged::Lost { spans: total.lost },
            traces => NotJudged::Evicted { at: sampled.at.clone(), traces },
        });
    }
    let (wanted, asked) = (wanted?, sampled.asked());
    let differ = wanted.iter().map(String::as_str).collect::<BTreeSet<_>>() != asked.iter().copied().collect();
    let policies = asked.into_iter().map(str::to_owned).collect();
    differ.then(|| Finding::RefusedBy { trace_id, expected: wanted.to_vec(), policies })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::sampled::Sampled;
    use ledger::tail_sampler_counts::Policy;
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
        let said = dropped(&sampled(0), ID, Some(&names(&["slow"]))).unwrap().to_string();
        assert_eq!(said, format!("trace {ID} was refused by errors, slow, expected slow"));
    }

    #[test]
    fn an_absence_that_has_another_reason_is_no_refusal() {
        let said = dropped(&sampled(2), ID, None).unwrap().to_string();
        assert!(said.ends_with("nobody can say that it was refused: gateway pushed 2 traces out undecided"), "{said}");
        let lost = Total { lost: 1, ..sampled(0) };
        assert!(dropped(&lost, ID, None).unwrap().to_string().ends_with(": 1 spans were lost"));
        assert!(
            dropped(&Total::default(), ID, None)
                .unwrap()
                .to_string()
                .contains("no policy refused it: no collector samples")
        );
    }

    #[test]
    fn a_stored_trace_says_which_policy_kept_it() {
        assert_eq!(kept_by(&sampled(0), &trace(Some("errors")), "errors"), None);
        let said = kept_by(&sampled(0), &trace(Some("slow")), "errors").unwrap().to_string();
        assert_eq!(said, format!("trace {ID} was kept by `slow`, expected `errors`"));
        assert!(kept_by(&Total::default(), &trace(None), "errors").unwrap().to_string().contains("kept by no policy"));
        assert!(not_dropped(&sampled(0), &trace(Some("slow"))).to_string().ends_with("the policy `slow` kept it"));
    }
}
