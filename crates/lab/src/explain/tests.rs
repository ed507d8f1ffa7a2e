//! Answers to pieces of evidence, each of which could be told wrongly.

use std::sync::Arc;

use trace_assert::{Expectation, Kind, Labels, Resource, Span, SpanId, Trace, TraceId, Value};

use verify::explain::Ended;
use verify::explain::{Evidence, TraceVerdict, past};
use verify::report::Report;
use verify::{Finding, StepResult};

use super::Answer;
use ledger::ended_span::EndedSpan;
use ledger::loss::{Loss, LossReason};
use ledger::sampled::Sampled;
use ledger::sampler_state::SamplerState;
use ledger::tail_sampler_counts::Policy;
use ledger::{LedgerFinding, Pending, Total};

const ID: TraceId = TraceId([7; 16]);

/// `errors` and `slow` were asked about four traces; so many were refused and pushed out.
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

fn ended(id: u8) -> Ended {
    Ended { service: "items".to_owned(), name: "GET /data".to_owned(), span_id: SpanId([id; 8]), sampled: true }
}

fn exported(sampled: Option<Sampled>) -> Evidence {
    Evidence { ended: vec![ended(1)], sampled: sampled.into_iter().collect(), ..Evidence::new(ID, "a test".to_owned()) }
}

/// A stored trace of one span, with these attributes on its scope.
fn stored(scope: &[(&str, &str)]) -> Trace {
    let mut span = Span { trace_id: ID, span_id: SpanId([1; 8]), ..Span::default() };
    let scope = scope.iter().map(|(key, value)| ((*key).to_owned(), Value::String((*value).to_owned())));
    Arc::make_mut(&mut span.scope).attributes.extend(scope);
    Trace::group(vec![span]).remove(0)
}

/// A stored trace: the root, and a span with this parent.
fn torn(parent: u8) -> Trace {
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

fn fact(answer: &Answer, of: &str) -> String {
    answer.facts.iter().find(|fact| fact.of == of).map(|fact| fact.says.clone()).unwrap_or_default()
}

#[test]
fn a_refused_trace_is_refused_by_all_policies_and_that_is_inferred() {
    let answer = Answer::to(&exported(Some(sampled(3, 0))));
    assert_eq!(answer.verdict, TraceVerdict::Refused);
    let said = "dropped whole by the tail sampler of gateway: each of its policies refused it (errors, slow)";
    assert_eq!((answer.sentence.as_str(), answer.inferred.len()), (said, 1));
    let facts: Vec<&str> = answer.facts.iter().map(|fact| fact.of.as_str()).collect();
    assert_eq!(facts, ["recorded", "sampled", "gateway", "stored"]);
}

#[test]
fn refused_and_pushed_out_are_told_apart_only_where_something_tells() {
    assert_eq!(Answer::to(&exported(Some(sampled(0, 5)))).verdict, TraceVerdict::Evicted);
    let either = Answer::to(&exported(Some(sampled(3, 5))));
    assert_eq!((either.verdict, either.inferred.len()), (TraceVerdict::RefusedOrEvicted, 0));
    assert!(either.sentence.ends_with("nothing tells which"), "{}", either.sentence);
}

#[test]
fn an_absent_trace_is_not_refused_where_spans_were_lost_or_nothing_samples() {
    assert_eq!(Answer::to(&exported(None)).verdict, TraceVerdict::Lost);
    let lost = Evidence { losses: vec![lost("agent", 3)], ..exported(Some(sampled(3, 0))) };
    assert_eq!(Answer::to(&lost).verdict, TraceVerdict::Lost);
}

#[test]
fn what_is_on_its_way_is_not_judged() {
    let waiting = Evidence { under_way: vec![held(3)], ..exported(Some(sampled(3, 0))) };
    let answer = Answer::to(&waiting);
    assert_eq!(answer.verdict, TraceVerdict::InFlight);
    assert_eq!(answer.sentence, "not decided, or on its way: gateway: 3 spans held");
}

#[test]
fn a_kept_trace_names_its_policy() {
    let by = |scope: &[_]| Answer::to(&Evidence { stored: Some(stored(scope)), ..exported(Some(sampled(3, 0))) });
    let policy = ("tailsampling.policy", "errors");
    assert_eq!(by(&[policy]).sentence, "kept by the policy `errors` of the tail sampler");
    assert_eq!(by(&[]).verdict, TraceVerdict::Kept);
    let part = by(&[("tailsampling.policy", "budget"), ("tailsampling.composite_policy", "slow")]);
    assert_eq!(part.sentence, "kept by the policy `budget` of the tail sampler, by its part `slow`");
    let late = by(&[policy, ("tailsampling.cached_decision", "true")]);
    assert!(late.sentence.ends_with("came late, and the remembered decision let it through"), "{}", late.sentence);
}

#[test]
fn spans_that_are_missing_from_a_stored_trace_are_named_with_who_ended_them() {
    let evidence = Evidence { ended: vec![ended(1), ended(3)], stored: Some(stored(&[])), ..exported(None) };
    let answer = Answer::to(&evidence);
    let said = "stored in part: 1 of the 2 spans that ended; missing: items ended \"GET /data\"; why: no counter says; \
                kept: it was sampled, and no collector on its way samples";
    assert_eq!((answer.verdict, answer.sentence.as_str()), (TraceVerdict::KeptInPart, said));
    assert_eq!(fact(&answer, "stored"), "in part: 1 of 2 spans");
    assert_eq!(fact(&answer, "missing"), "items \"GET /data\" (0303030303030303)");
    let lost = Answer::to(&Evidence { losses: vec![lost("agent", 1)], ..evidence.clone() });
    assert!(
        lost.sentence.contains("; why: lost 1 span at agent (send_failed); ") && lost.inferred.len() == 1,
        "{lost:?}"
    );
    let coming = Answer::to(&Evidence { under_way: vec![held(1)], ..evidence });
    assert_eq!(coming.verdict, TraceVerdict::InFlight);
}

#[test]
fn a_parent_that_nobody_knows_tears_a_trace_unless_it_may_be_a_callers() {
    let evidence = Evidence { stored: Some(torn(9)), ..Evidence::new(ID, "a test".to_owned()) };
    let answer = Answer::to(&Evidence { unrecorded: 2, ..evidence.clone() });
    assert_eq!(answer.verdict, TraceVerdict::KeptInPart);
    assert!(answer.sentence.contains("missing: the parent of "), "{}", answer.sentence);
    assert!(answer.sentence.contains("2 spans were started that samplers did not want"), "{}", answer.sentence);
    let callers = [SpanId([9; 8])].into();
    assert_eq!(Answer::to(&Evidence { callers, ..evidence.clone() }).verdict, TraceVerdict::Kept);
    let mut alone = torn(9);
    alone.spans.remove(0);
    let alone = Evidence { stored: Some(alone), ..evidence };
    let unless = "stored in part, unless a caller outside the lab kept its span to itself: ";
    assert!(Answer::to(&alone).sentence.starts_with(unless), "{:?}", Answer::to(&alone));
    // Of a step's own traces lab names the callers.
    let of_a_step = Answer::to(&Evidence { step: Some("a step".to_owned()), ..alone.clone() });
    assert!(of_a_step.sentence.starts_with("stored in part: "), "{of_a_step:?}");
    assert!(fact(&Answer::to(&alone), "missing").contains("a caller outside the lab, or a span that is gone"));
    let losses = vec![LedgerFinding::NoShutdownReport { service: "items".to_owned() }];
    let lost = Answer::to(&Evidence { losses, ..alone });
    assert!(lost.sentence.starts_with("stored in part: "), "{lost:?}");
}

/// A trace of items in a run in which users has a sampler of its own, and so many spans were not recorded.
fn of_two_samplers(users: &str, unrecorded: &[(&str, u64)]) -> Evidence {
    let samplers = [("items", "parentbased_traceidratio 0.5"), ("users", users)];
    Evidence {
        step: Some("a step".to_owned()),
        asked: Some("items".to_owned()),
        answered: Some(true),
        samplers: samplers.map(|(service, words)| (service.to_owned(), sampler(words))).into(),
        unrecorded: unrecorded.iter().map(|(_, count)| count).sum(),
        unrecorded_by: unrecorded.iter().map(|(service, count)| ((*service).to_owned(), *count)).collect(),
        ..Evidence::new(ID, "a test".to_owned())
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
fn a_stored_trace_that_was_answered_as_not_sampled_is_torn() {
    let evidence = of_two_samplers("always_on", &[("items", 414)]);
    let torn = Evidence { answered: Some(false), stored: Some(part_of("users", Some(9))), ..evidence };
    let answer = Answer::to(&torn);
    assert_eq!(answer.verdict, TraceVerdict::KeptInPart);
    let why =
        "why: items answered that it is not sampled (traceresponse), and it is recorded by users; kept: no collector";
    assert!(answer.sentence.contains(why), "{}", answer.sentence);
    assert_eq!(fact(&answer, "sampled"), "not as items answered, and yet recorded by users");
    assert!(answer.inferred[0].contains("users recorded it by a sampler of its own (always_on)"), "{answer:?}");
    // Also where no parent is missing.
    let callers = [SpanId([9; 8])].into();
    assert_eq!(Answer::to(&Evidence { callers, ..torn }).verdict, TraceVerdict::KeptInPart);
}

#[test]
fn a_service_that_may_have_refused_its_part_is_named_and_that_is_inferred() {
    let evidence = of_two_samplers("always_off", &[("items", 440), ("users", 800)]);
    let evidence = Evidence { stored: Some(part_of("items", None)), ..evidence };
    let answer = Answer::to(&evidence);
    assert_eq!((answer.verdict, answer.inferred.len()), (TraceVerdict::Kept, 1));
    assert!(answer.inferred[0].contains("did not record 800 spans, by its own sampler (always_off)"), "{answer:?}");
    let tree: Expectation = "items SERVER \"GET /data\"\n  users SERVER \"GET /user\"\n".parse().unwrap();
    let mut shown = part_of("items", None);
    shown.spans[0].name = "GET /data".to_owned();
    shown.spans[0].kind = Kind::Server;
    let mismatch = tree.check(&shown, &Labels::default()).unwrap_err();
    let refuted = vec![Finding::Tree { trace_id: ID, linked: false, mismatch }];
    let answer = Answer::to(&Evidence { refuted: refuted.clone(), ..evidence.clone() });
    assert_eq!(answer.verdict, TraceVerdict::KeptInPart);
    assert!(answer.sentence.contains("as the step expects it: missing: users SERVER"), "{}", answer.sentence);
    // A parent-based sampler drops nothing of a sampled trace: then the expectation may be wrong.
    let samplers = ["items", "users"].map(|service| (service.to_owned(), sampler("parentbased_always_on"))).into();
    let answer = Answer::to(&Evidence { refuted, samplers, ..evidence });
    assert_eq!((answer.verdict, answer.inferred.len()), (TraceVerdict::Kept, 0));
}

#[test]
fn what_a_store_that_does_not_answer_has_is_not_known() {
    let answer = Answer::to(&Evidence { unasked: true, ..exported(None) });
    assert_eq!((answer.verdict, fact(&answer, "stored").as_str()), (TraceVerdict::StoreUnreadable, "not known"));
}

#[test]
fn services_with_the_same_sampler_are_told_together_and_only_who_is_in_the_trace() {
    let samplers = [("items", "always_on"), ("users", "always_off")].map(|(a, b)| (a.to_owned(), sampler(b)));
    let answer = Answer::to(&Evidence { samplers: samplers.into(), ..exported(None) });
    assert_eq!(fact(&answer, "sampler"), "always_on (items)");
}

#[test]
fn a_trace_that_was_never_recorded_is_told_from_one_that_nobody_knows() {
    let none = Evidence::new(ID, "a test".to_owned());
    assert_eq!(Answer::to(&Evidence { answered: Some(false), ..none.clone() }).verdict, TraceVerdict::NotSampled);
    let answer = Answer::to(&Evidence { unrecorded: 9, ..none });
    assert_eq!((answer.verdict, answer.sentence.as_str()), (TraceVerdict::Unknown, "a test does not know it"));
    assert!(answer.inferred[0].contains("9 spans started and not recorded"));
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
    let report = Report { steps: vec![step], ledger: Some(ledger), ..Report::default() };
    std::fs::write(folder.join("report.json"), serde_json::to_string(&report).unwrap()).unwrap();
    let evidence = past::gather(runs.path(), ID, |_| "the run".to_owned()).unwrap().unwrap();
    assert_eq!((evidence.step.as_deref(), evidence.answered, evidence.ended.len()), (Some("a step"), Some(true), 1));
    let answer = Answer::to(&evidence);
    assert_eq!((answer.verdict, fact(&answer, "sampler").as_str()), (TraceVerdict::Refused, "always_on (items)"));
    assert!(past::gather(runs.path(), TraceId([8; 16]), |_| String::new()).unwrap().is_none());
}
