//! Every message of the ledger, in the order of its enum, for review side by side.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "insta splits the name of the test")]

use std::time::Duration;

use ledger::bypass::{Bypass, Marked};
use ledger::link::{Link, Sender};
use ledger::loss::{Loss, LossReason};
use ledger::pending::Undecided;
use ledger::read_error::{ReadError, ReadProblem};
use ledger::sampler_state::{self, SamplerState};
use ledger::{CounterDeltas, LedgerFinding, Pending, Unsettled, joined};

/// One line per message.
fn lines<T: ToString>(name: impl Fn(&T) -> &'static str, messages: &[T]) -> String {
    messages.iter().map(|message| format!("{}: {}\n", name(message), message.to_string())).collect()
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn bypass(senders: &[&[&str]], several: bool) -> Bypass {
    let short = Link { from: Sender::Services, to: text("agent"), exported: 95, maybe_exported: 0, accepted: 48 };
    let surplus =
        Link { from: Sender::Hop(text("agent")), to: text("gateway"), exported: 48, maybe_exported: 0, accepted: 95 };
    let senders = senders.iter().map(|names| names.iter().copied().map(text).collect()).collect();
    Bypass { short, surplus, senders, several }
}

fn losses() -> Vec<Loss> {
    let reasons = [
        LossReason::Dropped { error: text("queue_full") },
        LossReason::ExportFailed { error: None },
        LossReason::ExportFailed { error: Some(text("404")) },
        LossReason::DroppedAtShutdown,
        LossReason::ExportFailedAtShutdown,
        LossReason::SendFailed,
        LossReason::EnqueueFailed,
        LossReason::Evicted { traces: 1 },
        LossReason::Evicted { traces: 50 },
    ];
    let lost = |(at, reason)| Loss { at: Some(text(at)), count: 7, reason };
    ["items"; 5].into_iter().chain(["agent"; 4]).zip(reasons).map(lost).chain([Loss::unexplained(1)]).collect()
}

fn loss_name(loss: &Loss) -> &'static str {
    match loss.reason {
        LossReason::Dropped { .. } => "Dropped",
        LossReason::ExportFailed { .. } => "ExportFailed",
        LossReason::DroppedAtShutdown => "DroppedAtShutdown",
        LossReason::ExportFailedAtShutdown => "ExportFailedAtShutdown",
        LossReason::SendFailed => "SendFailed",
        LossReason::EnqueueFailed => "EnqueueFailed",
        LossReason::Evicted { .. } => "Evicted",
        LossReason::Unexplained => "Unexplained",
    }
}

fn pending() -> Vec<Pending> {
    let service = || text("items");
    let held = |refused, undecided: Option<u64>| {
        let undecided = undecided.map(|traces| Undecided { traces, decision_wait: text("2s") });
        Pending::Held { at: text("gateway"), spans: 7, refused, undecided }
    };
    vec![
        Pending::Live { service: service(), spans: 1 },
        Pending::Unprocessed { service: service(), spans: 2 },
        Pending::Unexported { service: service(), spans: 2 },
        held(0, None),
        held(3, None),
        held(0, Some(0)),
        held(3, Some(1)),
        held(0, Some(2)),
        Pending::Messages { consumed: 0, delivered: 2 },
        Pending::Bypass(bypass(&[&["users"]], false)),
        Pending::Short { from: Sender::Hop(text("gateway")), to: text("jaeger"), accepted: 7, exported: 14 },
        Pending::from(&read_errors()[0]),
        Pending::StillArriving,
    ]
}

fn pending_name(pending: &Pending) -> &'static str {
    match pending {
        Pending::Live { .. } => "Live",
        Pending::Unprocessed { .. } => "Unprocessed",
        Pending::Unexported { .. } => "Unexported",
        Pending::Held { .. } => "Held",
        Pending::Messages { .. } => "Messages",
        Pending::Bypass(_) => "Bypass",
        Pending::Short { .. } => "Short",
        Pending::Unreadable { .. } => "Unreadable",
        Pending::StillArriving => "StillArriving",
    }
}

fn findings() -> Vec<LedgerFinding> {
    let part = || text("items");
    let marked = Marked { mark: text("lab.hop.agent"), bypassing: vec![text("users")], passing_through: vec![part()] };
    let bypassed =
        |senders: &[&[&str]], several, marked| LedgerFinding::Bypassed { bypass: bypass(senders, several), marked };
    vec![
        LedgerFinding::Lost(losses().remove(0)),
        LedgerFinding::Duplicates { count: 7 },
        LedgerFinding::Restarted { part: part() },
        LedgerFinding::InstanceUnknown { part: part() },
        LedgerFinding::StartUnread { part: part(), error: text("cannot read items at http://127.0.0.1:8003/spans") },
        LedgerFinding::counter_went_back("items", "/spans ended"),
        LedgerFinding::counter_missing("agent", "otelcol_receiver_accepted_spans"),
        LedgerFinding::NoShutdownReport { service: part() },
        bypassed(&[&["users"]], false, Some(marked)),
        bypassed(&[&["items"], &["remote-users", "users"]], false, None),
        bypassed(&[], false, None),
        bypassed(&[], true, None),
        LedgerFinding::Surplus { from: Sender::Services, to: text("agent"), count: 4 },
        LedgerFinding::Foreign { count: 1 },
        LedgerFinding::HiddenLoss { missing: 1, lost: 0, foreign: 2 },
        LedgerFinding::Unrefused { absent: 1, refused: 0 },
        LedgerFinding::NotSettled { seconds: 30, pending: pending()[..2].to_vec() },
        Unsettled::from(read_errors().remove(0)).findings.remove(0),
    ]
}

fn finding_name(finding: &LedgerFinding) -> &'static str {
    match finding {
        LedgerFinding::Lost(_) => "Lost",
        LedgerFinding::Duplicates { .. } => "Duplicates",
        LedgerFinding::Restarted { .. } => "Restarted",
        LedgerFinding::InstanceUnknown { .. } => "InstanceUnknown",
        LedgerFinding::StartUnread { .. } => "StartUnread",
        LedgerFinding::CounterWentBack { .. } => "CounterWentBack",
        LedgerFinding::CounterMissing { .. } => "CounterMissing",
        LedgerFinding::NoShutdownReport { .. } => "NoShutdownReport",
        LedgerFinding::Bypassed { .. } => "Bypassed",
        LedgerFinding::Surplus { .. } => "Surplus",
        LedgerFinding::Foreign { .. } => "Foreign",
        LedgerFinding::HiddenLoss { .. } => "HiddenLoss",
        LedgerFinding::Unrefused { .. } => "Unrefused",
        LedgerFinding::NotSettled { .. } => "NotSettled",
        LedgerFinding::Unreadable { .. } => "Unreadable",
    }
}

fn read_errors() -> Vec<ReadError> {
    // An error of the client that is the same on every system.
    let client_error = || reqwest::Client::new().get("no URL").build().unwrap_err();
    let json_error = serde_json::from_str::<u64>("{}").unwrap_err();
    let (part, url) = ("jaeger", "http://127.0.0.1:16686/api/v3/traces");
    let problems = vec![
        ReadProblem::NoResponse(client_error()),
        ReadProblem::Incomplete(client_error()),
        ReadProblem::Status(reqwest::StatusCode::SERVICE_UNAVAILABLE, text("starting")),
        ReadProblem::CutOff(50_000),
        ReadProblem::Unexpected("OTLP JSON", json_error.into()),
    ];
    problems.into_iter().map(|problem| ReadError { part: text(part), url: text(url), problem }).collect()
}

fn problem_name(problem: &ReadProblem) -> &'static str {
    match problem {
        ReadProblem::NoResponse(_) => "NoResponse",
        ReadProblem::Incomplete(_) => "Incomplete",
        ReadProblem::Status(..) => "Status",
        ReadProblem::CutOff(_) => "CutOff",
        ReadProblem::Unexpected(..) => "Unexpected",
    }
}

#[test]
fn findings_are_sentences() {
    insta::assert_snapshot!("findings", lines(finding_name, &findings()));
    insta::assert_snapshot!("losses", lines(loss_name, &losses()));
}

#[test]
fn what_is_in_flight_is_named_with_its_part() {
    insta::assert_snapshot!("pending", lines(pending_name, &pending()));
}

#[test]
fn errors_name_the_page_and_the_cause_once() {
    let errors = read_errors();
    let lines = errors.iter().map(|error| format!("{}: {}\n", problem_name(&error.problem), error.with_causes()));
    insta::assert_snapshot!("read_errors", lines.collect::<String>());
    let deltas = CounterDeltas::default();
    let unsettled = Unsettled::under_way(Duration::from_secs(30), &pending()[..2], &deltas);
    assert_eq!(unsettled.to_string(), format!("not settled after 30 s: {}", joined(&pending()[..2])));
}

#[test]
fn samplers_end_a_sentence() {
    let page = |argument, served| SamplerState { sampler: Some(text("jaeger_remote")), argument, served };
    let served = serde_json::json!({ "probabilisticSampling": { "samplingRate": 0.5 } });
    let samplers = [
        ("items", page(None, Some(served))),
        ("remote-users", page(Some(text("endpoint=http://x")), None)),
        ("users", SamplerState::default()),
    ];
    insta::assert_snapshot!(
        "samplers",
        sampler_state::in_parentheses(&samplers.map(|(part, state)| (text(part), state)).into())
    );
}
