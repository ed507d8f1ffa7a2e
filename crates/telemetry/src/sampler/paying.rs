//! A head sampler of our own: a trace is kept when its first span knows, while it starts, that the user pays.

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{Link, SpanKind, TraceContextExt as _, TraceId, TraceState};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

use crate::attributes::{LAB_SAMPLER_RULE, LAB_USER_PAYING, USER_PAYING};

/// Keeps what belongs to a paying user.
///
/// By itself it decides about each span, and a child that does not know what its parent knew is torn out of its trace.  So put
/// it below `Sampler::parent_based`: it then decides about roots, and children follow.
#[derive(Clone, Debug)]
pub(super) struct Paying;

impl ShouldSample for Paying {
    fn should_sample(
        &self,
        parent_context: Option<&Context>,
        _trace_id: TraceId,
        _name: &str,
        span_kind: &SpanKind,
        attributes: &[KeyValue],
        _links: &[Link],
    ) -> SamplingResult {
        let (decision, attributes) = match is_said(attributes) || is_carried(parent_context, span_kind) {
            // Whoever finds the trace can see why it was kept.
            true => (SamplingDecision::RecordAndSample, vec![KeyValue::new(LAB_SAMPLER_RULE, USER_PAYING)]),
            // Never `None` or an error: "I do not know" has to be a decision as well.
            false => (SamplingDecision::Drop, Vec::new()),
        };
        // What other vendors put into the trace state passes through.
        let trace_state = parent_context
            .map_or_else(TraceState::default, |parent| parent.span().span_context().trace_state().clone());
        SamplingResult { decision, attributes, trace_state }
    }
}

/// Whether the span says so while it starts.  What is set later is not here: it has been decided about.
fn is_said(attributes: &[KeyValue]) -> bool {
    let said = |known: &KeyValue| match known.key.as_str() {
        USER_PAYING | LAB_USER_PAYING => known.value == Value::Bool(true) || known.value.as_str() == "true",
        _ => false,
    };
    attributes.iter().any(said)
}

/// Whether the request or the message that opens this span carries it as baggage.  It becomes an attribute only when the span
/// has started, and that is too late.
fn is_carried(context: Option<&Context>, kind: &SpanKind) -> bool {
    // Any caller can claim it; a service that faces the internet would rather ask the session.
    let opens = matches!(kind, SpanKind::Server | SpanKind::Consumer);
    opens
        && context
            .and_then(|context| context.baggage().get(USER_PAYING))
            .is_some_and(|paying| paying.as_str() == "true")
}
