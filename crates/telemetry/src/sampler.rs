//! Wraps the sampler that `OTEL_TRACES_SAMPLER` selects and counts every span that starts.
//!
//! Only a sampler sees all of them: the SDK does not call span processors for non-recording spans.

#[cfg(test)]
mod decisions;
mod head;
mod kind;
mod last_strategy;
mod paying;
mod remote;
mod remote_argument;
mod strategy_client;

use opentelemetry::trace::{Link, SpanKind, TraceContextExt as _, TraceId};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

pub(crate) use head::{HeadSampler, SamplerState};
#[cfg(test)]
pub(crate) use kind::Root;
pub(crate) use kind::{SamplerKind, read};

use crate::self_metrics::{Origin, Started};

/// Counts the decisions of the inner sampler as `otel.sdk.span.started`.
#[derive(Clone, Debug)]
pub(crate) struct CountingSampler {
    inner: Box<dyn ShouldSample>,
    started: Started,
}

impl CountingSampler {
    pub(crate) fn new(inner: Box<dyn ShouldSample>, started: Started) -> Self {
        Self { inner, started }
    }
}

impl ShouldSample for CountingSampler {
    fn should_sample(
        &self,
        parent_context: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        span_kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let result = self.inner.should_sample(parent_context, trace_id, name, span_kind, attributes, links);
        let sampled = result.decision == SamplingDecision::RecordAndSample;
        self.started.count(origin(parent_context), sampled);
        result
    }
}

fn origin(parent: Option<&Context>) -> Origin {
    match parent.map(|context| context.span().span_context().clone()) {
        Some(parent) if parent.is_valid() && parent.is_remote() => Origin::Remote,
        Some(parent) if parent.is_valid() => Origin::Local,
        _ => Origin::None,
    }
}
