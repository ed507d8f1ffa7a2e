//! Answers to pieces of evidence, each of which could be told wrongly.

use std::sync::Arc;

use trace_assert::{Span, Trace, TraceId, Value};

use super::evidence::{Ended, Evidence};
use super::{Answer, past};
use crate::ledger::sampled::Sampled;
use crate::ledger::tail::Policy;

const ID: TraceId = TraceId([7; 16]);

/// `errors` and `slow` were asked about four traces; so many were refused and pushed out.
fn sampled(refused: u64, evicted: u64) -> Sampled {
    let policy = |wanted| Policy { wanted, refused: 4 - wanted, spans: 9 };
    let policies = [("errors".to_owned(), policy(4 - refused)), ("slow".to_owned(), policy(0))].into();
    Sampled { at: "gateway".to_owned(), kept: 4 - refused, refused, evicted, policies, ..Sampled::default() }
}

fn exported(sampled: Option<Sampled>) -> Evidence {
    let ended = vec![Ended { service: "items".to_owned(), name: "GET /data".to_owned(), sampled: true }];
    Evidence { ended, sampled: sampled.into_iter().collect(), ..Evidence::none(ID, "a test".to_owned()) }
}

fn stored(policy: Option<&str>) -> Trace {
    let mut span = Span { trace_id: ID, ..Span::default() };
    let policy = policy.map(|policy| ("tailsampling.policy".to_owned(), Value::String(policy.to_owned())));
    Arc::make_mut(&mut span.scope).attributes.extend(policy);
    Trace::group(vec![span]).remove(0)
}

#[test]
fn a_refused_trace_is_refused_by_all_policies_and_that_is_inferred() {
    let answer = Answer::to(&exported(Some(sampled(3, 0))));
    assert_eq!(answer.verdict, "refused");
    let said = "dropped whole by the tail sampler of gateway: each of its policies refused it (errors, slow)";
    assert_eq!((answer.sentence.as_str(), answer.inferred.len()), (said, 1));
    let facts: Vec<&str> = answer.facts.iter().map(|fact| fact.of.as_str()).collect();
    assert_eq!(facts, ["recorded", "sampled", "gateway", "stored"]);
}

#[test]
fn refused_and_pushed_out_are_told_apart_only_where_something_tells() {
    assert_eq!(Answer::to(&exported(Some(sampled(0, 5)))).verdict, "evicted");
    let either = Answer::to(&exported(Some(sampled(3, 5))));
    assert_eq!((either.verdict, either.inferred.len()), ("refused or evicted", 0));
    assert!(either.sentence.ends_with("nothing tells which"), "{}", either.sentence);
}

#[test]
fn an_absent_trace_is_not_refused_where_spans_were_lost_or_nothing_samples() {
    assert_eq!(Answer::to(&exported(None)).verdict, "lost");
    let lost = Evidence { losses: vec!["agent gave 3 spans up".to_owned()], ..exported(Some(sampled(3, 0))) };
    assert_eq!(Answer::to(&lost).verdict, "lost");
}

#[test]
fn what_is_on_its_way_is_not_judged() {
    let waiting = Evidence { under_way: vec!["gateway holds 3 spans".to_owned()], ..exported(Some(sampled(3, 0))) };
    let answer = Answer::to(&waiting);
    assert_eq!(answer.verdict, "under way");
    assert_eq!(answer.sentence, "not decided, or on its way: gateway holds 3 spans");
}

#[test]
fn a_kept_trace_names_its_policy() {
    let by = |policy| Answer::to(&Evidence { stored: Some(stored(policy)), ..exported(Some(sampled(3, 0))) });
    assert_eq!(by(Some("errors")).sentence, "kept by the policy `errors` of the tail sampler");
    assert_eq!(by(None).verdict, "kept");
}

#[test]
fn a_trace_that_was_never_recorded_is_told_from_one_that_nobody_knows() {
    let none = Evidence::none(ID, "a test".to_owned());
    assert_eq!(Answer::to(&Evidence { answered: Some(false), ..none.clone() }).verdict, "not recorded");
    let answer = Answer::to(&Evidence { unrecorded: 9, ..none });
    assert_eq!((answer.verdict, answer.sentence.as_str()), ("unknown", "a test does not know it"));
    assert!(answer.inferred[0].contains("9 spans started and not recorded"));
}

#[test]
fn a_past_run_is_read_from_its_report() {
    let runs = tempfile::tempdir().unwrap();
    let folder = runs.path().join("scenario4-tail-1");
    std::fs::create_dir(&folder).unwrap();
    let span = format!(r#"{{"service":"items","name":"GET /data","trace_id":"{ID}","span_id":"b7ad6b7169203331"}}"#);
    let sampled = serde_json::to_string(&sampled(3, 0)).unwrap();
    let step = format!(r#"{{"caption":"a step","traces":["{ID}"],"unsampled":[]}}"#);
    let ledger = format!(r#"{{"unrecorded":0,"losses":[],"missing":[],"sampled":[{sampled}],"dropped":[{span}]}}"#);
    let report = format!(r#"{{"steps":[{step}],"samplers":{{"services":"x"}},"ledger":{ledger},"complaint":null}}"#);
    std::fs::write(folder.join("report.json"), report).unwrap();
    let evidence = past::gather(runs.path(), ID, |_| "the run".to_owned()).unwrap().unwrap();
    assert_eq!((evidence.step.as_deref(), evidence.answered, evidence.ended.len()), (Some("a step"), Some(true), 1));
    assert_eq!(Answer::to(&evidence).verdict, "refused");
    assert!(past::gather(runs.path(), TraceId([8; 16]), |_| String::new()).unwrap().is_none());
}
