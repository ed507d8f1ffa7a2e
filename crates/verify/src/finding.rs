//! One thing that is wrong with a step, a trace or a metric, as data.
//!
//! # Layout
//! - `display`: the same in words

mod display;

use std::collections::BTreeMap;

use ledger::sampler_state::SamplerState;
use scenario::Amount;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trace_assert::{Mismatch, Title, TraceId, invariants::Violation};

use crate::fault::FaultKind;
use crate::share::Share;
use crate::tail::not_judged::NotJudged;
use crate::tail::suspect::Suspect;
use crate::tail::why_no_policy::WhyNoPolicy;

/// The samplers of some services.
pub type Samplers = BTreeMap<String, SamplerState>;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// The step could not be carried out.
    StepFailed {
        /// Why.
        error: String,
    },
    /// A fault could not be undone.
    NotUndone {
        /// The part.
        part: String,
        /// What was done to it.
        fault: FaultKind,
        /// Why it could not be undone.
        error: String,
    },
    /// A response has another HTTP status than expected.
    Status {
        /// The expected status.
        expected: u16,
        /// The status of the response.
        got: u16,
        /// The beginning of its body.
        body: String,
    },
    /// A response lacks a JSON value.
    AnswerLacks {
        /// The value.
        expected: Value,
        /// The beginning of the body.
        body: String,
    },
    /// A response lacks a text.
    TextLacks {
        /// The text.
        expected: String,
        /// The beginning of the body.
        body: String,
    },
    /// Redis or a WebSocket sent another reply than expected.
    Reply {
        /// The expected reply.
        expected: Value,
        /// The reply.
        got: Value,
    },
    /// A request was repeated and never got the expected response.
    GaveUp {
        /// For how many seconds it was repeated.
        seconds: f64,
        /// How many requests were sent.
        requests: usize,
    },
    /// A response names no trace.
    NoTraceresponse,
    /// A response names another trace than the request.
    OtherTrace {
        /// The trace of the response.
        trace_id: TraceId,
        /// The trace of the request.
        sent: TraceId,
    },
    /// A head sampler decided otherwise than expected.
    Sampling {
        /// The trace.
        trace_id: TraceId,
        /// Whether it should be sampled.
        expected: bool,
        /// The samplers that decided, where they are known.
        samplers: Samplers,
    },
    /// Two services decided differently about one trace.
    DecisionsDiffer {
        /// The trace.
        trace_id: TraceId,
        /// Services that sampled it.
        sampled_by: Vec<String>,
        /// Services that did not.
        not_sampled_by: Vec<String>,
    },
    /// A trace that a tree describes was not sampled.
    NotSampled {
        /// The trace.
        trace_id: TraceId,
    },
    /// A trace is stored although it was not sampled.
    RecordedUnsampled {
        /// The trace.
        trace_id: TraceId,
        /// Services that recorded it.
        services: Vec<String>,
    },
    /// A sampled trace is not in the store.
    NotStored {
        /// The trace.
        trace_id: TraceId,
        /// Its spans that services ended, as far as they are known.
        ended: Vec<EndedSpan>,
        /// Which tail sampler may have dropped it.
        suspect: Option<Suspect>,
    },
    /// A trace differs from its expected tree.
    Tree {
        /// The trace.
        trace_id: TraceId,
        /// Whether it is a trace that links to the step's trace.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        linked: bool,
        /// How it differs.
        #[serde(flatten)]
        mismatch: Mismatch,
    },
    /// No trace links to a trace of the step.
    NoLink {
        /// The trace.
        trace_id: TraceId,
    },
    /// A trace violates an invariant.
    Invariant {
        /// The trace.
        trace_id: TraceId,
        /// Which invariant, which span, and how.
        #[serde(flatten)]
        violation: Violation,
    },
    /// Chance kept more or fewer traces than the share allows.
    Share {
        /// The numbers.
        #[serde(flatten)]
        share: Share,
        /// The head samplers that decided, where no collector samples.
        samplers: Samplers,
    },
    /// A trace was kept by another policy than expected.
    KeptBy {
        /// The trace.
        trace_id: TraceId,
        /// The expected policy.
        expected: String,
        /// The policies that the trace names.
        policies: Vec<String>,
        /// Why it names none.
        why: Option<WhyNoPolicy>,
    },
    /// A trace is stored that tail sampling should have dropped.
    NotDropped {
        /// The trace.
        trace_id: TraceId,
        /// The policies that kept it.
        policies: Vec<String>,
        /// Why it names none.
        why: Option<WhyNoPolicy>,
    },
    /// A trace is absent, and it is not proved that policies refused it.
    NotProvablyDropped {
        /// The trace.
        trace_id: TraceId,
        /// Why not.
        why: NotJudged,
    },
    /// Other policies refused a trace than expected.
    RefusedBy {
        /// The trace.
        trace_id: TraceId,
        /// The expected policies.
        expected: Vec<String>,
        /// The policies that refused it.
        policies: Vec<String>,
    },
    /// A background trace was seen too often or too seldom.
    Times {
        /// How often it was seen.
        seen: usize,
        /// The least that is expected.
        least: usize,
        /// The most that is expected; none where there is no limit.
        most: Option<usize>,
    },
    /// A span is stored that no trace may have.
    Forbidden {
        /// The trace.
        trace_id: TraceId,
        /// The span.
        span: Title,
        /// Whether its instrumentation scope is what must not be stored.
        scope: bool,
    },
    /// No step and no background tree explains a stored trace.
    Unexplained {
        /// The trace.
        trace_id: TraceId,
        /// A picture of it.
        picture: String,
    },
    /// The number of non-recording spans is not that of the traces that were not sampled.
    NonRecording {
        /// The expected number.
        expected: u64,
        /// The number that the services counted.
        got: u64,
        /// The same by service.
        by: BTreeMap<String, u64>,
    },
    /// A stored span holds a planted secret.
    Secret {
        /// The trace.
        trace_id: TraceId,
        /// The span.
        span: Title,
        /// Where in the span.
        place: String,
        /// Where the secret was planted.
        origin: String,
    },
    /// A metric has another value than expected.
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

/// A span that a service ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedSpan {
    /// The service.
    pub service: String,
    /// The name of the span.
    pub name: String,
}

impl Finding {
    /// The trace that it is about.
    #[must_use]
    pub fn trace_id(&self) -> Option<TraceId> {
        match self {
            Self::OtherTrace { trace_id, .. }
            | Self::Sampling { trace_id, .. }
            | Self::DecisionsDiffer { trace_id, .. }
            | Self::NotSampled { trace_id }
            | Self::RecordedUnsampled { trace_id, .. }
            | Self::NotStored { trace_id, .. }
            | Self::Tree { trace_id, .. }
            | Self::NoLink { trace_id }
            | Self::Invariant { trace_id, .. }
            | Self::KeptBy { trace_id, .. }
            | Self::NotDropped { trace_id, .. }
            | Self::NotProvablyDropped { trace_id, .. }
            | Self::RefusedBy { trace_id, .. }
            | Self::Forbidden { trace_id, .. }
            | Self::Unexplained { trace_id, .. }
            | Self::Secret { trace_id, .. } => Some(*trace_id),
            _ => None,
        }
    }

    /// The services and collectors that it names.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Self::Sampling { samplers, .. } | Self::Share { samplers, .. } => {
                samplers.keys().map(String::as_str).collect()
            }
            Self::DecisionsDiffer { sampled_by, not_sampled_by, .. } => {
                sampled_by.iter().chain(not_sampled_by).map(String::as_str).collect()
            }
            Self::RecordedUnsampled { services, .. } => services.iter().map(String::as_str).collect(),
            Self::NotStored { ended, suspect, .. } => {
                let ended = ended.iter().map(|span| span.service.as_str());
                ended.chain(suspect.iter().map(|suspect| suspect.at.as_str())).collect()
            }
            Self::Tree { mismatch, .. } => {
                mismatch.reason().span().map(|span| span.service.as_str()).into_iter().collect()
            }
            Self::Invariant { violation, .. } => {
                violation.title.as_ref().map(|span| span.service.as_str()).into_iter().collect()
            }
            Self::KeptBy { why, .. } | Self::NotDropped { why, .. } => {
                why.as_ref().and_then(WhyNoPolicy::at).into_iter().collect()
            }
            Self::NotProvablyDropped { why, .. } => why.at().into_iter().collect(),
            Self::Forbidden { span, .. } | Self::Secret { span, .. } => vec![&span.service],
            Self::NonRecording { by, .. } => by.keys().map(String::as_str).collect(),
            Self::NotUndone { part, .. } => vec![part],
            _ => Vec::new(),
        }
    }
}
