//! What a tail sampler did with a trace: which policy kept it, or which policies dropped it.
//!
//! # Layout
//! - [`why_no_policy`]: why a trace names no policy; [`not_judged`]: why its absence proves nothing

pub mod not_judged;
pub mod why_no_policy;

use std::collections::BTreeSet;

use trace_assert::Trace;

use crate::problem::Problem;
use crate::tail::not_judged::NotJudged;
use crate::tail::why_no_policy::WhyNoPolicy;
use ledger::Total;
use ledger::sampled::Sampled;

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
    trace.spans.iter().filter_map(|span| span.scope.attributes.get(key)?.as_str()).collect()
}

/// The tail sampler that may have dropped a trace: the first that evicted traces, or else the first whose policies dropped some.
pub(crate) fn suspect(total: &Total) -> Option<Sampled> {
    let first = |dropped: fn(&Sampled) -> u64| total.sampled.iter().find(move |sampled| dropped(sampled) > 0);
    first(|sampled| sampled.evicted).or_else(|| first(|sampled| sampled.refused)).cloned()
}

/// What is wrong with a stored trace that `policy` should have kept.
pub(crate) fn kept_by(total: &Total, trace: &Trace, policy: &str) -> Option<Problem> {
    let (policies, why) = named_or_why(total, trace);
    (policies != [policy]).then(|| Problem::KeptBy { expected: policy.to_owned(), policies, why })
}

/// What is wrong with a stored trace that should have been dropped.
pub(crate) fn not_dropped(total: &Total, trace: &Trace) -> Problem {
    let (policies, why) = named_or_why(total, trace);
    Problem::NotDropped { policies, why }
}

/// The policies that a trace names; where it names none, why.
fn named_or_why(total: &Total, trace: &Trace) -> (Vec<String>, Option<WhyNoPolicy>) {
    let found: Vec<String> = policies(trace).into_iter().map(str::to_owned).collect();
    let why = found.is_empty().then(|| WhyNoPolicy::find(total));
    (found, why)
}

/// What is wrong with the absence of a trace that should have been dropped, by exactly the policies `expected`.
///
/// The proof is the ledger's. Nothing was lost and nothing evicted, so the trace was judged; and a judged trace is dropped
/// only when every policy that evaluated it did not match.
pub(crate) fn dropped(total: &Total, expected: Option<&[String]>) -> Option<Problem> {
    let unproved = |why| Some(Problem::NotProvablyDropped { why });
    let Some(sampled) = total.sampled.first() else {
        return unproved(NotJudged::NoPolicy(WhyNoPolicy::find(total)));
    };
    if total.lost > 0 || !sampled.decided_all() {
        return unproved(match sampled.evicted {
            0 => NotJudged::Lost { spans: total.lost },
            traces => NotJudged::Evicted { at: sampled.at.clone(), traces },
        });
    }
    let (expected, policies) = (expected?, sampled.policies_for_every_trace());
    let differ = expected.iter().map(String::as_str).collect::<BTreeSet<_>>() != policies.iter().copied().collect();
    let policies = policies.into_iter().map(str::to_owned).collect();
    differ.then(|| Problem::RefusedBy { expected: expected.to_vec(), policies })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::tail_sampler_counts::Policy;
    use trace_assert::{Span, Value};

    /// A run in which `errors` and `slow` evaluated four traces, and three were dropped.
    fn sampled(evicted: u64) -> Total {
        let policy = |wanted| Policy { wanted, refused: 4 - wanted, spans: 9 };
        let policies = [("errors".to_owned(), policy(1)), ("slow".to_owned(), policy(0))].into();
        let sampled =
            Sampled { at: "gateway".to_owned(), kept: 1, refused: 3, evicted, policies, ..Sampled::default() };
        Total { sampled: vec![sampled], ..Total::default() }
    }

    fn trace(policy: Option<&str>) -> Trace {
        let mut span = Span::default();
        let policy = policy.map(|policy| (POLICY.to_owned(), Value::String(policy.to_owned())));
        std::sync::Arc::make_mut(&mut span.scope).attributes.extend(policy);
        Trace::group(vec![span]).remove(0)
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_trace_is_dropped_by_exactly_the_policies_that_evaluated_it() {
        let both = names(&["slow", "errors"]);
        assert_eq!(dropped(&sampled(0), Some(&both)), None);
        assert_eq!(dropped(&sampled(0), None), None);
        let expected = names(&["slow"]);
        let policies = names(&["errors", "slow"]);
        assert_eq!(dropped(&sampled(0), Some(&expected)), Some(Problem::RefusedBy { expected, policies }));
    }

    #[test]
    fn an_absence_that_has_another_reason_is_no_refusal() {
        let why = |total: &Total| match dropped(total, None) {
            Some(Problem::NotProvablyDropped { why }) => why,
            other => panic!("{other:?}"),
        };
        assert_eq!(why(&sampled(2)), NotJudged::Evicted { at: "gateway".to_owned(), traces: 2 });
        assert_eq!(why(&Total { lost: 1, ..sampled(0) }), NotJudged::Lost { spans: 1 });
        assert_eq!(why(&Total::default()), NotJudged::NoPolicy(WhyNoPolicy::NoSampler));
    }

    #[test]
    fn a_stored_trace_says_which_policy_kept_it() {
        assert_eq!(kept_by(&sampled(0), &trace(Some("errors")), "errors"), None);
        let kept = |policies: &[&str], why| {
            Some(Problem::KeptBy { expected: "errors".to_owned(), policies: names(policies), why })
        };
        assert_eq!(kept_by(&sampled(0), &trace(Some("slow")), "errors"), kept(&["slow"], None));
        assert_eq!(kept_by(&Total::default(), &trace(None), "errors"), kept(&[], Some(WhyNoPolicy::NoSampler)));
        let policies = names(&["slow"]);
        assert_eq!(not_dropped(&sampled(0), &trace(Some("slow"))), Problem::NotDropped { policies, why: None });
    }
}
