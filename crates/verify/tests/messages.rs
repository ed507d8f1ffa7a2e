//! Every message of a finding, for a review of all of them together.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "the macros of insta call them")]

use std::fmt::Display;

use ledger::ended_span::EndedSpan;
use ledger::sampled::Sampled;
use ledger::sampler_state::SamplerState;
use scenario::Amount;
use scenario::secret::{Carrier, Origin};
use serde::Serialize;
use serde_json::{Value, json};
use trace_assert::invariants::{self, Options};
use trace_assert::{Expectation, Kind, Labels, Span, SpanId, Title, Trace, TraceId};
use verify::fault_kind::FaultKind;
use verify::problem::Samplers;
use verify::share::Share;
use verify::tail::not_judged::NotJudged;
use verify::tail::why_no_policy::WhyNoPolicy;
use verify::{Finding, Problem, SignificanceLevel, SkipReason};

const ID: TraceId = TraceId([7; 16]);

/// Lines of the form `kind: message`; the kind is that of the JSON report.
fn lines<T: Serialize + Display>(all: impl IntoIterator<Item = T>) -> String {
    let name = |value: Value| match value {
        Value::String(name) => name,
        Value::Object(fields) => match fields.get("kind") {
            Some(kind) => kind.as_str().unwrap().to_owned(),
            None => fields.keys().next().unwrap().clone(),
        },
        other => panic!("{other}"),
    };
    all.into_iter().map(|one| format!("{}: {one}\n", name(serde_json::to_value(&one).unwrap()))).collect()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn samplers() -> Samplers {
    let sampler = SamplerState { sampler: Some("always_off".to_owned()), argument: None, served: None };
    [("items".to_owned(), sampler)].into()
}

fn title() -> Title {
    Title { service: "items".to_owned(), span_kind: Kind::Server, name: "GET /data".to_owned() }
}

/// A trace of one span whose parent is absent.
fn trace() -> Trace {
    let attributes = [("service.name".to_owned(), "items".into())].into();
    let resource = std::sync::Arc::new(trace_assert::Resource { attributes });
    let (trace_id, span_id, parent) = (ID, SpanId([1; 8]), Some(SpanId([2; 8])));
    Trace::group(vec![Span { trace_id, span_id, parent, resource, name: "GET".to_owned(), ..Span::default() }])
        .remove(0)
}

fn tree(linked: bool) -> Problem {
    let tree: Expectation = "items SERVER \"GET /data\"\n".parse().unwrap();
    Problem::Tree { linked, mismatch: tree.check(&trace(), &Labels::default()).unwrap_err() }
}

fn step_problems() -> Vec<Problem> {
    let (body, expected) = ("{\"status\":502}".to_owned(), json!({ "ws": true }));
    let part = || "items".to_owned();
    let not_undone = |fault| {
        let (part, error) = ("users".to_owned(), "no response from users".to_owned());
        Problem::NotUndone { part, fault, error }
    };
    vec![
        Problem::StepFailed { error: "no response to GET http://127.0.0.1:8001/data".to_owned() },
        not_undone(FaultKind::Stopped),
        not_undone(FaultKind::Killed),
        not_undone(FaultKind::Paused),
        not_undone(FaultKind::Written),
        Problem::Status { part: part(), expected: 200, got: 502, body: body.clone() },
        Problem::AnswerLacks { part: part(), expected: expected.clone(), body: body.clone() },
        Problem::TextLacks { part: part(), expected: "strategy".to_owned(), body },
        Problem::Reply { part: part(), expected, got: json!({ "ws": false }) },
        Problem::GaveUp { seconds: 30.04, requests: 600 },
        Problem::GaveUp { seconds: 30.0, requests: 1 },
        Problem::Times { seen: 1, least: 2, most: None },
        Problem::Times { seen: 0, least: 2, most: Some(2) },
        Problem::Times { seen: 4, least: 2, most: Some(3) },
        Problem::NonRecording { expected: 0, got: 1, by: [("items".to_owned(), 1)].into() },
        Problem::NonRecording { expected: 744, got: 0, by: [].into() },
        metric(Amount::Increase(8.0)),
        metric(Amount::Equals(8.0)),
        metric(Amount::AtLeast(10.0)),
        share(27, SignificanceLevel::EACH, Samplers::new()),
        share(3, SignificanceLevel::EACH, samplers()),
    ]
}

fn metric(expected: Amount) -> Problem {
    Problem::Metric { query: "http_calls_total{job=\"items\"}".to_owned(), expected, value: 9.0, baseline: 0.0 }
}

fn share(kept: u64, level: SignificanceLevel, samplers: Samplers) -> Problem {
    Problem::Share { share: Share::new(0.5, 100, kept, level), samplers }
}

fn leaked(carrier: Carrier) -> Problem {
    let (place, step) = ("attribute request-headers".to_owned(), "one".to_owned());
    Problem::Secret { span: title(), place, origin: Origin { carrier, step } }
}

fn trace_problems() -> Vec<Problem> {
    let violation = invariants::check(&trace(), &Options::default()).remove(0);
    let (service, name) = ("items".to_owned(), "GET /data".to_owned());
    let ended = vec![EndedSpan { service, name, trace_id: ID, span_id: SpanId([1; 8]), sampled: true }];
    let suspect = |evicted, refused| Some(Sampled { at: "gateway".to_owned(), evicted, refused, ..Sampled::default() });
    let why = WhyNoPolicy::NoSampler;
    vec![
        Problem::NoTraceresponse,
        Problem::OtherTrace { sent: TraceId([8; 16]) },
        Problem::Sampling { expected: true, samplers: samplers() },
        Problem::Sampling { expected: false, samplers: Samplers::new() },
        Problem::DecisionsDiffer { sampled_by: names(&["items"]), not_sampled_by: names(&["remote-users", "users"]) },
        Problem::NotSampled,
        Problem::RecordedUnsampled { services: names(&["remote-users", "users"]) },
        Problem::NotStored { ended: Vec::new(), suspect: None },
        Problem::NotStored { ended, suspect: suspect(2, 3) },
        Problem::NotStored { ended: Vec::new(), suspect: suspect(1, 0) },
        Problem::NotStored { ended: Vec::new(), suspect: suspect(0, 1) },
        tree(false),
        tree(true),
        Problem::NoLink,
        Problem::Invariant(violation),
        Problem::KeptBy { expected: "slow".to_owned(), policies: names(&["errors"]), why: None },
        Problem::KeptBy { expected: "slow".to_owned(), policies: Vec::new(), why: Some(why.clone()) },
        Problem::NotDropped { policies: names(&["errors", "slow"]), why: None },
        Problem::NotDropped { policies: Vec::new(), why: Some(WhyNoPolicy::NoPolicies("gateway".to_owned())) },
        Problem::NotProvablyDropped { why: NotJudged::NoPolicy(why) },
        Problem::NotProvablyDropped { why: NotJudged::Evicted { at: "gateway".to_owned(), traces: 1 } },
        Problem::NotProvablyDropped { why: NotJudged::Lost { spans: 2 } },
        Problem::RefusedBy { expected: names(&["errors"]), policies: names(&["errors", "slow"]) },
        Problem::Forbidden { span: title(), scope: false },
        Problem::Forbidden { span: title(), scope: true },
        Problem::Unexplained { picture: "items SERVER \"GET /data\"".to_owned() },
        leaked(Carrier::Header { name: "x-door".to_owned() }),
        leaked(Carrier::Path),
        leaked(Carrier::RedisCommand { name: "SET".to_owned() }),
        leaked(Carrier::Message),
    ]
}

/// A new variant does not compile here: give it a line in one of the lists above.
fn has_a_line(problem: &Problem) {
    match problem {
        Problem::StepFailed { .. } | Problem::NotUndone { .. } | Problem::Status { .. } => {}
        Problem::AnswerLacks { .. } | Problem::TextLacks { .. } | Problem::Reply { .. } | Problem::GaveUp { .. } => {}
        Problem::NoTraceresponse | Problem::OtherTrace { .. } | Problem::Sampling { .. } => {}
        Problem::DecisionsDiffer { .. } | Problem::NotSampled | Problem::RecordedUnsampled { .. } => {}
        Problem::NotStored { .. } | Problem::Tree { .. } | Problem::NoLink | Problem::Invariant(_) => {}
        Problem::Share { .. } | Problem::KeptBy { .. } | Problem::NotDropped { .. } => {}
        Problem::NotProvablyDropped { .. } | Problem::RefusedBy { .. } | Problem::Times { .. } => {}
        Problem::Forbidden { .. } | Problem::Unexplained { .. } | Problem::NonRecording { .. } => {}
        Problem::Secret { .. } | Problem::Metric { .. } => {}
    }
}

#[test]
fn findings() {
    let about = |problem: Problem| match problem {
        Problem::NoTraceresponse => problem.into(),
        problem => Finding::about(ID, problem),
    };
    let (of_steps, of_traces) = (step_problems(), trace_problems());
    of_steps.iter().chain(&of_traces).for_each(has_a_line);
    let of_traces: Vec<Finding> = of_traces.into_iter().map(about).collect();
    for finding in of_traces.iter().chain(&step_problems().into_iter().map(Finding::from).collect::<Vec<_>>()) {
        let json = serde_json::to_string(finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), *finding, "{json}");
    }
    insta::assert_snapshot!("step_findings", lines(of_steps));
    insta::assert_snapshot!("trace_findings", lines(of_traces));
}

#[test]
fn reasons() {
    let at = || "gateway".to_owned();
    let why = [WhyNoPolicy::NoPolicies(at()), WhyNoPolicy::NotRecorded(at()), WhyNoPolicy::NoSampler];
    let skipped = [SkipReason::NeedsControl, SkipReason::NotSettled, SkipReason::CountsSkippedSteps];
    let share = format!("share: {}\n", Share::new(0.5, 400, 209, SignificanceLevel::EACH));
    insta::assert_snapshot!("reasons", [lines(why), lines(skipped), share].concat());
}
