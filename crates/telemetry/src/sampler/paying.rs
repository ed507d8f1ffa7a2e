//! A custom head sampler: it samples a span if the span's attributes or its baggage mark the user as paying when the
//! span starts.

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{Link, SpanKind, TraceContextExt as _, TraceId, TraceState};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

use crate::attributes::{LAB_SAMPLER_RULE, LAB_USER_PAYING, USER_PAYING};

/// Samples the spans of paying users.
///
/// Used alone it decides about each span separately. A child without the attribute would be dropped, and the trace
/// would be incomplete. Use it as the root sampler of `Sampler::parent_based`: it then decides about root spans, and
/// children follow their parent.
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
        let (decision, attributes) =
            match has_paying_attribute(attributes) || has_paying_baggage(parent_context, span_kind) {
                // A sampler can add attributes to the span. This one shows in the trace why it was sampled.
                true => (SamplingDecision::RecordAndSample, vec![KeyValue::new(LAB_SAMPLER_RULE, USER_PAYING)]),
                // A sampler must always return a decision. Without information about the user the span is dropped.
                false => (SamplingDecision::Drop, Vec::new()),
            };
        // According to the specification, a sampler should return the parent's trace state unless it changes it. An
        // empty one would discard the entries of other vendors.
        let trace_state = parent_context
            .map_or_else(TraceState::default, |parent| parent.span().span_context().trace_state().clone());
        SamplingResult { decision, attributes, trace_state }
    }
}

/// Whether an attribute marks the user as paying. It must have been set when the span was created. Later attributes
/// are not visible to samplers.
fn has_paying_attribute(attributes: &[KeyValue]) -> bool {
    let is_paying = |known: &KeyValue| match known.key.as_str() {
        USER_PAYING | LAB_USER_PAYING => known.value == Value::Bool(true) || known.value.as_str() == "true",
        _ => false,
    };
    attributes.iter().any(is_paying)
}

/// Whether the baggage of the request or message that opens this span marks the user as paying. The sampler reads the
/// baggage itself because the attribute is copied from it only after the span has started.
fn has_paying_baggage(context: Option<&Context>, kind: &SpanKind) -> bool {
    // Any caller can send this entry. A service on the public internet should read the session instead.
    let opens = matches!(kind, SpanKind::Server | SpanKind::Consumer);
    opens
        && context
            .and_then(|context| context.baggage().get(USER_PAYING))
            .is_some_and(|paying| paying.as_str() == "true")
}
