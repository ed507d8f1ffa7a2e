//! Answers to pieces of evidence, each of which could be explained wrongly.

use std::sync::Arc;

use trace_assert::{Expectation, Kind, Labels, Resource, Span, SpanId, Trace, TraceId, Value};

use verify::explain::{Evidence, TraceVerdict, past};
use verify::report::{Report, SCHEMA};
use verify::{Finding, Problem, StepResult};

use super::Answer;
use ledger::ended_span::EndedSpan;
use ledger::loss::{Loss, LossReason};
use ledger::sampled::Sampled;
use ledger::sampler_state::SamplerState;
use ledger::tail_sampler_counts::Policy;
use ledger::{LedgerFinding, Pending, Total};

const ID: TraceId = TraceId([7; 16]);

/// `errors` and `slow` evaluated four traces; so many were refused and evicted.
fn sampled(refused: u64, evicted: u64) -> Sampled {
    let policy = |wanted| Policy { wanted, refused: 4 - wanted, spans: 9 };
    let policies = [("errors".to_owned(), policy(4 - refused)), ("slow".to_owned(), policy(0))].into();
    Sampled { at: "gateway".to_owned(), kept: 4 - refused, refused, evicted, policies, ..Sampled::default() }
}

fn lost(at: &str, count: u64) -> LedgerFinding {
    LedgerFinding::Lost(Loss { at: Some(at.to_owned()), count, reason: LossReason::SendFailed })
}

fn held(spans: i64) -> Pending {
    Pending::Held { at: "gateway".to_owned(), spans, refused: 0, undecided: None }
}

/// A sampler by its name and, after a space, its argument.
fn sampler(words: &str) -> SamplerState {
    let (name, argument) = words.split_once(' ').unzip();
    let sampler = Some(name.unwrap_or(words).to_owned());
    SamplerState { sampler, argument: argument.map(str::to_owned), served: None }
}

fn ended(id: u8) -> EndedSpan {
    let [service, name] = ["items", "GET /data"].map(str::to_owned);
    EndedSpan { service, name, trace_id: ID, span_id: SpanId([id; 8]), sampled: true }
}

fn unknown(place: &str) -> Evidence {
    Evidence { id: ID, place: place.to_owned(), ..Evidence::default() }
}

fn exported(sampled: Option<Sampled>) -> Evidence {
    Evidence { ended: vec![ended(1)], sampled: sampled.into_iter().collect(), ..unknown("a test") }
}

/// A stored trace of one span, with these attributes on its scope.
fn stored(scope: &[(&str, &str)]) -> Trace {
    let attributes = [("service.name".to_owned(), "items".into())].into();
    let resource = Arc::new(Resource { attributes });
    let name = "GET /data".to_owned();
    let mut span = Span { trace_id: ID, span_id: SpanId([1; 8]), name, resource, ..Span::default() };
    let scope = scope.iter().map(|(key, value)| ((*key).to_owned(), Value::String((*value).to_owned())));
    Arc::make_mut(&mut span.scope).attributes.extend(scope);
    Trace::group(vec![span]).remove(0)
}

/// A stored trace: the root, and a span with this parent.
fn incomplete(parent: u8) -> Trace {
    let mut trace = stored(&[]);
    let child = Span {
        span_id: SpanId([2; 8]),
        parent: Some(SpanId([parent; 8])),
        name: "GET".to_owned(),
        ..trace.spans[0].clone()
    };
    trace.spans.push(child);
    trace
}

fn fact(answer: &Answer, subject: &str) -> String {
    answer.facts.iter().find(|fact| fact.subject == subject).map(|fact| fact.text.clone()).unwrap_or_default()
}

#[test]
fn a_refused_trace_is_refused_by_all_policies_and_that_is_inferred() {
    let answer = Answer::new(&exported(Some(sampled(3, 0))));
    assert_eq!(answer.verdict, TraceVerdict::Refused);
    assert_eq!(answer.inferred.len(), 1);
    let facts: Vec<&str> = answer.facts.iter().map(|fact| fact.subject.as_str()).collect();
    assert_eq!(facts, ["recorded", "sampled", "gateway", "stored"]);
    let json = serde_json::to_value(&answer.facts[3]).unwrap();
    let source = "the response of Jaeger, in a test";
    assert_eq!(json, serde_json::json!({ "subject": "stored", "text": "no, none of its spans", "source": source }));
}

#[test]
fn refused_and_pushed_out_are_distinguished_only_by_counters() {
    assert_eq!(Answer::new(&exported(Some(sampled(0, 5)))).verdict, TraceVerdict::Evicted);
    let either = Answer::new(&exported(Some(sampled(3, 5))));
    assert_eq!((either.verdict, either.inferred.len()), (TraceVerdict::RefusedOrEvicted, 0));
}

#[test]
fn an_absent_trace_is_not_refused_where_spans_were_lost_or_nothing_samples() {
    assert_eq!(Answer::new(&exported(None)).verdict, TraceVerdict::Lost);
    let lost = Evidence { losses: vec![lost("agent", 3)], ..exported(Some(sampled(3, 0))) };
    assert_eq!(Answer::new(&lost).verdict, TraceVerdict::Lost);
}

#[test]
fn a_trace_in_flight_is_not_judged() {
    let waiting = Evidence { pending: vec![held(3)], ..exported(Some(sampled(3, 0))) };
    assert_eq!(Answer::new(&waiting).verdict, TraceVerdict::InFlight);
}

#[test]
fn spans_that_are_missing_from_a_stored_trace_are_named_with_their_services() {
    let evidence = Evidence { ended: vec![ended(1), ended(3)], stored: Some(stored(&[])), ..exported(None) };
    let answer = Answer::new(&evidence);
    assert_eq!(answer.verdict, TraceVerdict::KeptInPart);
    assert_eq!(fact(&answer, "stored"), "in part: 1 of 2 spans");
    assert_eq!(fact(&answer, "missing"), "items \"GET /data\" (0303030303030303)");
    let lost = Answer::new(&Evidence { losses: vec![lost("agent", 1)], ..evidence.clone() });
    assert_eq!(lost.inferred.len(), 1);
    let coming = Answer::new(&Evidence { pending: vec![held(1)], ..evidence });
    assert_eq!(coming.verdict, TraceVerdict::InFlight);
}

#[test]
fn an_unknown_parent_makes_a_trace_incomplete_unless_it_may_be_a_callers() {
    let evidence = Evidence { stored: Some(incomplete(9)), ..unknown("a test") };
    let answer = Answer::new(&Evidence { non_recording: 2, ..evidence.clone() });
    assert_eq!(answer.verdict, TraceVerdict::KeptInPart);
    assert!(answer.sentence.contains("missing: the parent of "), "{}", answer.sentence);
    assert!(answer.sentence.contains("did not record 2 spans"), "{}", answer.sentence);
    let callers = [SpanId([9; 8])].into();
    assert_eq!(Answer::new(&Evidence { callers, ..evidence.clone() }).verdict, TraceVerdict::Kept);
    let mut alone = incomplete(9);
    alone.spans.remove(0);
    let alone = Evidence { stored: Some(alone), ..evidence };
    let unless = "stored in part, unless the missing parent is a span of a caller outside the lab: ";
    assert!(Answer::new(&alone).sentence.starts_with(unless), "{:?}", Answer::new(&alone));
    // Of a step's own traces lab names the callers.
    let of_a_step = Answer::new(&Evidence { step: Some("a step".to_owned()), ..alone.clone() });
    assert!(of_a_step.sentence.starts_with("stored in part: "), "{of_a_step:?}");
    assert!(fact(&Answer::new(&alone), "missing").contains("a caller outside the lab, or a missing span"));
    let losses = vec![LedgerFinding::NoShutdownReport { service: "items".to_owned() }];
    let lost = Answer::new(&Evidence { losses, ..alone });
    assert!(lost.sentence.starts_with("stored in part: "), "{lost:?}");
}

/// A trace of items in a run in which users has a sampler of its own, and so many spans were not recorded.
fn of_two_samplers(users: &str, unrecorded: &[(&str, u64)]) -> Evidence {
    let samplers = [("items", "parentbased_traceidratio 0.5"), ("users", users)];
    Evidence {
        step: Some("a step".to_owned()),
        part: Some("items".to_owned()),
        response_sampled: Some(true),
        samplers: samplers.map(|(service, words)| (service.to_owned(), sampler(words))).into(),
        non_recording: unrecorded.iter().map(|(_, count)| count).sum(),
        non_recording_by: unrecorded.iter().map(|(service, count)| ((*service).to_owned(), *count)).collect(),
        ..unknown("a test")
    }
}

/// The span of a service as a trace of its own, with this parent.
fn part_of(service: &str, parent: Option<u8>) -> Trace {
    let mut trace = stored(&[]);
    let attributes = [("service.name".to_owned(), service.into())].into();
    trace.spans[0].resource = Arc::new(Resource { attributes });
    trace.spans[0].parent = parent.map(|parent| SpanId([parent; 8]));
    trace
}

#[test]
fn a_stored_trace_that_was_answered_as_not_sampled_is_incomplete() {
    let evidence = of_two_samplers("always_on", &[("items", 414)]);
    let incomplete = Evidence { response_sampled: Some(false), stored: Some(part_of("users", Some(9))), ..evidence };
    let answer = Answer::new(&incomplete);
    assert_eq!(answer.verdict, TraceVerdict::KeptInPart);
    assert!(answer.inferred[0].contains("users recorded it, because its own sampler (always_on)"), "{answer:?}");
    // Also where no parent is missing.
    let callers = [SpanId([9; 8])].into();
    assert_eq!(Answer::new(&Evidence { callers, ..incomplete }).verdict, TraceVerdict::KeptInPart);
}

#[test]
fn a_service_that_may_have_refused_its_part_is_named_and_that_is_inferred() {
    let evidence = of_two_samplers("always_off", &[("items", 440), ("users", 800)]);
    let evidence = Evidence { stored: Some(part_of("items", None)), ..evidence };
    let answer = Answer::new(&evidence);
    assert_eq!((answer.verdict, answer.inferred.len()), (TraceVerdict::Kept, 1));
    assert!(
        answer.inferred[0].contains("did not record 800 spans, because its own sampler (always_off)"),
        "{answer:?}"
    );
    let tree: Expectation = "items SERVER \"GET /data\"\n  users SERVER \"GET /user\"\n".parse().unwrap();
    let mut shown = part_of("items", None);
    shown.spans[0].name = "GET /data".to_owned();
    shown.spans[0].kind = Kind::Server;
    let mismatch = tree.check(&shown, &Labels::default()).unwrap_err();
    let refuted = vec![Finding::about(ID, Problem::Tree { linked: false, mismatch })];
    let answer = Answer::new(&Evidence { refuted: refuted.clone(), ..evidence.clone() });
    assert_eq!(answer.verdict, TraceVerdict::KeptInPart);
    assert!(answer.sentence.contains("compared with the expected tree: missing: users SERVER"), "{}", answer.sentence);
    // A parent-based sampler drops nothing of a sampled trace: then the expectation may be wrong.
    let samplers = ["items", "users"].map(|service| (service.to_owned(), sampler("parentbased_always_on"))).into();
    let answer = Answer::new(&Evidence { refuted, samplers, ..evidence });
    assert_eq!((answer.verdict, answer.inferred.len()), (TraceVerdict::Kept, 0));
}

#[test]
fn the_content_of_a_store_that_does_not_respond_is_unknown() {
    let answer = Answer::new(&Evidence { store_unreadable: true, ..exported(None) });
    assert_eq!((answer.verdict, fact(&answer, "stored").as_str()), (TraceVerdict::StoreUnreadable, "unknown"));
}

#[test]
fn services_with_the_same_sampler_are_listed_together_if_they_are_in_the_trace() {
    let samplers = [("items", "always_on"), ("users", "always_off")].map(|(a, b)| (a.to_owned(), sampler(b)));
    let answer = Answer::new(&Evidence { samplers: samplers.into(), ..exported(None) });
    assert_eq!(fact(&answer, "sampler"), "items: always_on");
}

#[test]
fn a_trace_that_was_never_recorded_differs_from_an_unknown_one() {
    let none = unknown("a test");
    assert_eq!(
        Answer::new(&Evidence { response_sampled: Some(false), ..none.clone() }).verdict,
        TraceVerdict::NotSampled
    );
    let answer = Answer::new(&Evidence { non_recording: 9, ..none });
    assert_eq!((answer.verdict, answer.inferred.len()), (TraceVerdict::Unknown, 1));
}

#[test]
fn a_past_run_is_read_from_its_report() {
    let runs = tempfile::tempdir().unwrap();
    let folder = runs.path().join("scenario4-tail-1");
    std::fs::create_dir(&folder).unwrap();
    let [service, name] = ["items", "GET /data"].map(str::to_owned);
    let span = EndedSpan { service, name, trace_id: ID, span_id: SpanId([1; 8]), sampled: true };
    let samplers = ["items", "users"].map(|service| (service.to_owned(), sampler("always_on"))).into();
    let step = StepResult { traces: vec![ID], samplers, ..StepResult::plain("a step", Vec::new()) };
    let ledger = Total { sampled: vec![sampled(3, 0)], dropped: vec![span], ..Total::default() };
    let report = Report { schema: SCHEMA, steps: vec![step], ledger: Some(ledger), ..Report::default() };
    std::fs::write(folder.join("report.json"), serde_json::to_string(&report).unwrap()).unwrap();
    let evidence = past::gather(runs.path(), ID, |_| "the run".to_owned()).unwrap().unwrap();
    assert_eq!(
        (evidence.step.as_deref(), evidence.response_sampled, evidence.ended.len()),
        (Some("a step"), Some(true), 1)
    );
    let answer = Answer::new(&evidence);
    assert_eq!((answer.verdict, fact(&answer, "sampler").as_str()), (TraceVerdict::Refused, "items: always_on"));
    assert!(past::gather(runs.path(), TraceId([8; 16]), |_| String::new()).unwrap().is_none());
}

/// A stored trace whose scope has these attributes, under a tail sampler.
fn kept(scope: &[(&str, &str)]) -> Evidence {
    Evidence { stored: Some(stored(scope)), ..exported(Some(sampled(3, 0))) }
}

#[test]
fn every_answer_as_it_is_printed() {
    let policy = ("tailsampling.policy", "errors");
    let late = ("tailsampling.cached_decision", "true");
    let part = [("tailsampling.policy", "budget"), ("tailsampling.composite_policy", "slow")];
    let unknown = unknown("target/lab/scenario4-1");
    let incomplete_at = |parent| Evidence { stored: Some(incomplete(parent)), ..exported(None) };
    let in_part = Evidence { ended: vec![ended(1), ended(3)], ..incomplete_at(1) };
    let losses = vec![lost("agent", 1)];
    let one_policy = Sampled {
        policies: [("errors".to_owned(), Policy { refused: 1, ..Policy::default() })].into(),
        ..sampled(1, 0)
    };
    let late_dropped = Sampled { late_refused: 1, ..sampled(3, 0) };
    let contradicted = Evidence {
        response_sampled: Some(false),
        stored: Some(part_of("users", Some(9))),
        ..of_two_samplers("always_on", &[("items", 414)])
    };
    let dropping = of_two_samplers("always_off", &[("items", 440), ("users", 1)]);
    let answers = [
        ("kept by a policy", kept(&[policy])),
        ("kept by a part of a policy", kept(&part)),
        ("kept late", kept(&[policy, late])),
        ("kept for no recorded reason", kept(&[])),
        ("kept without a tail sampler", Evidence { stored: Some(stored(&[])), ..exported(None) }),
        ("kept, and a service did not record it", Evidence { stored: Some(part_of("items", None)), ..dropping }),
        ("kept in part", in_part.clone()),
        ("kept in part, with a loss", Evidence { losses: losses.clone(), ..in_part.clone() }),
        ("kept in part, late spans", Evidence { sampled: vec![late_dropped.clone()], ..in_part.clone() }),
        ("kept in part, by an unknown parent", incomplete_at(9)),
        ("kept in part, not recorded", Evidence { non_recording: 1, ..incomplete_at(9) }),
        ("kept in part, contradicted", contradicted),
        ("in flight, in part", Evidence { pending: vec![held(1)], ..in_part }),
        ("in flight", Evidence { pending: vec![held(3)], ..exported(None) }),
        ("refused", exported(Some(sampled(3, 0)))),
        ("refused by one policy", exported(Some(one_policy))),
        ("refused, late spans", exported(Some(late_dropped))),
        ("refused without a policy", exported(Some(Sampled { policies: [].into(), ..sampled(1, 0) }))),
        ("evicted", exported(Some(sampled(0, 5)))),
        ("refused or evicted", exported(Some(sampled(3, 5)))),
        ("lost", Evidence { losses: losses.clone(), ..exported(None) }),
        ("lost, no counter", exported(None)),
        ("lost, with a tail sampler", Evidence { losses, ..exported(Some(sampled(3, 0))) }),
        ("not sampled", Evidence { response_sampled: Some(false), ..unknown.clone() }),
        ("not exported", Evidence { ended: vec![EndedSpan { sampled: false, ..ended(1) }], ..unknown.clone() }),
        ("store unreadable", Evidence { store_unreadable: true, ..exported(None) }),
        ("unknown", unknown.clone()),
        ("unknown, spans not recorded", Evidence { non_recording: 9, ..unknown }),
    ];
    let text: String = answers
        .iter()
        .map(|(name, evidence)| format!("{name}:\n{}\n\n", Answer::new(evidence).lines().join("\n")))
        .collect();
    insta::assert_snapshot!("answers", text);
}
