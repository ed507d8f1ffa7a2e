//! What can be wrong with a step, a trace or a metric; its message is put together from `text`.

mod text;

use std::collections::BTreeMap;

use ledger::counted;
use ledger::ended_span::EndedSpan;
use ledger::list::by_part;
use ledger::sampled::Sampled;
use ledger::sampler_state::{self, SamplerState};
use scenario::Amount;
use scenario::secret::Origin;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trace_assert::{Mismatch, Title, TraceId, invariants::Violation};

use self::text::{decision, ended_by, kept_by, metric, suspected, times};
use crate::fault_kind::FaultKind;
use crate::share::Share;
use crate::tail::not_judged::NotJudged;
use crate::tail::why_no_policy::WhyNoPolicy;

/// The samplers of some services.
pub type Samplers = BTreeMap<String, SamplerState>;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    /// The step could not be carried out.
    #[error("{error}")]
    StepFailed {
        /// Why.
        error: String,
    },
    /// A fault could not be undone.
    #[error("{fault} {part}: {error}")]
    NotUndone {
        /// The part.
        part: String,
        /// What was done to it.
        fault: FaultKind,
        /// Why it could not be undone.
        error: String,
    },
    /// A response has another HTTP status than expected.
    #[error("{part}: HTTP status {got}, expected {expected}; body: {body}")]
    Status {
        /// The part that responded.
        part: String,
        /// The expected status.
        expected: u16,
        /// The status of the response.
        got: u16,
        /// The beginning of its body.
        body: String,
    },
    /// A response lacks a JSON value.
    #[error("{part}: the response body does not contain {expected}: {body}")]
    AnswerLacks {
        /// The part that responded.
        part: String,
        /// The value.
        expected: Value,
        /// The beginning of the body.
        body: String,
    },
    /// A response lacks a text.
    #[error("{part}: the response body does not contain \"{expected}\": {body}")]
    TextLacks {
        /// The part that responded.
        part: String,
        /// The text.
        expected: String,
        /// The beginning of the body.
        body: String,
    },
    /// Redis or a WebSocket sent another reply than expected.
    #[error("{part}: the reply is {got}, expected {expected}")]
    Reply {
        /// The part that replied.
        part: String,
        /// The expected reply.
        expected: Value,
        /// The reply.
        got: Value,
    },
    /// A request was repeated and never got the expected response.
    #[error("no expected response within {seconds:.1} s, after {}", counted(*requests, "request"))]
    GaveUp {
        /// For how many seconds it was repeated.
        seconds: f64,
        /// How many requests were sent.
        requests: u64,
    },
    /// A response names no trace.
    #[error("the response has no traceresponse header")]
    NoTraceresponse,
    /// A response names another trace than the request.
    #[error("the response names this trace, but the request belongs to trace {sent}")]
    OtherTrace {
        /// The trace of the request.
        sent: TraceId,
    },
    /// A head sampler decided otherwise than expected.
    #[error("{}, expected {}{}", decision(!expected), decision(*expected), sampler_state::in_parentheses(samplers))]
    Sampling {
        /// Whether the trace should be sampled.
        expected: bool,
        /// The samplers that decided, where they are known.
        samplers: Samplers,
    },
    /// Two services decided differently about one trace.
    #[error("sampled by {}, but not sampled by {}", sampled_by.join(", "), not_sampled_by.join(", "))]
    DecisionsDiffer {
        /// Services that sampled it.
        sampled_by: Vec<String>,
        /// Services that did not.
        not_sampled_by: Vec<String>,
    },
    /// A trace that a tree describes was not sampled.
    #[error("not sampled, so its spans cannot be compared with the expected tree")]
    NotSampled,
    /// A trace is stored although it was not sampled.
    #[error("in the store, although it was not sampled; recorded by {}", services.join(", "))]
    RecordedUnsampled {
        /// Services that recorded it.
        services: Vec<String>,
    },
    /// A sampled trace is not in the store.
    #[error("not in the store{}{}", ended_by(ended), suspect.as_ref().map(suspected).unwrap_or_default())]
    NotStored {
        /// Its spans that services ended, as far as they are known.
        ended: Vec<EndedSpan>,
        /// Which tail sampler may have dropped it.
        suspect: Option<Sampled>,
    },
    /// A trace differs from its expected tree.
    #[error("{}{mismatch}", if *linked { "(linked to the trace of the step) " } else { "" })]
    Tree {
        /// Whether it is a trace that links to the step's trace.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        linked: bool,
        /// How it differs.
        #[serde(flatten)]
        mismatch: Mismatch,
    },
    /// No trace links to a trace of the step.
    #[error("no other trace links to it")]
    NoLink,
    /// A trace violates an invariant.
    #[error("invariant {0}")]
    Invariant(Violation),
    /// Chance kept more or fewer traces than the share allows.
    #[error("{}{}", share.problem(), sampler_state::in_parentheses(samplers))]
    Share {
        /// The numbers.
        #[serde(flatten)]
        share: Share,
        /// The head samplers that decided, where no collector samples.
        samplers: Samplers,
    },
    /// A trace was kept by another policy than expected.
    #[error("expected to be kept by `{expected}`, but {}", kept_by(policies, why.as_ref()))]
    KeptBy {
        /// The expected policy.
        expected: String,
        /// The policies that the trace names.
        policies: Vec<String>,
        /// Why it names none.
        why: Option<WhyNoPolicy>,
    },
    /// A trace is stored that tail sampling should have dropped.
    #[error("expected to be dropped, but {}", kept_by(policies, why.as_ref()))]
    NotDropped {
        /// The policies that kept it.
        policies: Vec<String>,
        /// Why it names none.
        why: Option<WhyNoPolicy>,
    },
    /// A trace is absent, and it is not proved that policies dropped it.
    #[error("not in the store, but {why}")]
    NotProvablyDropped {
        /// Why not.
        why: NotJudged,
    },
    /// Other policies dropped a trace than expected.
    #[error("dropped by `{}`, expected `{}`", policies.join("`, `"), expected.join("`, `"))]
    RefusedBy {
        /// The expected policies.
        expected: Vec<String>,
        /// The policies that dropped it.
        policies: Vec<String>,
    },
    /// A background trace was seen too often or too seldom.
    #[error("{}, expected {}", counted(*seen as u64, "matching trace"), times(*least, *most))]
    Times {
        /// How often it was seen.
        seen: usize,
        /// The least that is expected.
        least: usize,
        /// The most that is expected; none where there is no limit.
        most: Option<usize>,
    },
    /// A span is stored that no trace may have.
    #[error("contains the forbidden span {span}{}", if *scope { " of the removed scope" } else { "" })]
    Forbidden {
        /// The span.
        span: Title,
        /// Whether its instrumentation scope is what must not be stored.
        scope: bool,
    },
    /// No step and no background tree explains a stored trace.
    #[error("unexplained: no step and no background tree describes it\n{picture}")]
    Unexplained {
        /// A picture of it.
        picture: String,
    },
    /// The number of non-recording spans is not that of the traces that were not sampled.
    #[error(
        "{}{}, expected {expected}; does a sampler ignore the decision of the parent span?",
        counted(*got, "non-recording span"),
        by_part(by)
    )]
    NonRecording {
        /// The expected number.
        expected: u64,
        /// The number that the services counted.
        got: u64,
        /// The same by service.
        by: BTreeMap<String, u64>,
    },
    /// A stored span holds a planted secret.
    #[error("{span}: {place} contains the secret that was planted in {origin}")]
    Secret {
        /// The span.
        span: Title,
        /// Where in the span.
        place: String,
        /// Where the secret was planted.
        origin: Origin,
    },
    /// A metric has another value than expected.
    #[error("`{query}` {}", metric(expected, *value, *baseline))]
    Metric {
        /// The query.
        query: String,
        /// What is expected.
        #[serde(flatten)]
        expected: Amount,
        /// The value.
        value: f64,
        /// The value before the first step.
        baseline: f64,
    },
}

impl Problem {
    /// The services and collectors that it is about. The part that responded may only have passed on a fault, so it is not one.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Self::Sampling { samplers, .. } | Self::Share { samplers, .. } => names(samplers.keys()),
            Self::DecisionsDiffer { sampled_by, not_sampled_by } => names(sampled_by.iter().chain(not_sampled_by)),
            Self::RecordedUnsampled { services } => names(services),
            Self::NotStored { ended, suspect } => {
                names(ended.iter().map(|span| &span.service).chain(suspect.iter().map(|suspect| &suspect.at)))
            }
            Self::Tree { mismatch, .. } => names(mismatch.reason().span().map(|span| &span.service)),
            Self::Invariant(violation) => names(violation.title.iter().map(|span| &span.service)),
            Self::KeptBy { why, .. } | Self::NotDropped { why, .. } => why.iter().filter_map(WhyNoPolicy::at).collect(),
            Self::NotProvablyDropped { why } => why.at().into_iter().collect(),
            Self::Forbidden { span, .. } | Self::Secret { span, .. } => vec![&span.service],
            Self::NonRecording { by, .. } => names(by.keys()),
            Self::NotUndone { part, .. } => vec![part],
            _ => Vec::new(),
        }
    }
}

fn names<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<&'a str> {
    names.into_iter().map(String::as_str).collect()
}
