//! The sampler that `OTEL_TRACES_SAMPLER` asks for, inside a wrapper that counts every span that starts.
//!
//! Only a sampler sees all of them: a span processor is never told of a span that is not recorded.

use opentelemetry::trace::{Link, SpanKind, TraceContextExt as _, TraceId};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SamplingResult, ShouldSample};

use crate::environment::Parser;
use crate::self_metrics::{Origin, Started};

/// A sampler as the variables name it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SamplerKind {
    pub(crate) parent_based: bool,
    pub(crate) root: Root,
}

/// What decides about a span without a parent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Root {
    AlwaysOn,
    AlwaysOff,
    Ratio(f64),
}

/// Reads `OTEL_TRACES_SAMPLER` and its argument.  Setting a sampler in code keeps the SDK from reading them itself.
pub(crate) fn read(parser: &mut Parser<'_>) -> SamplerKind {
    let ratio = read_ratio(parser);
    let choices = [
        ("always_on", (false, Root::AlwaysOn)),
        ("always_off", (false, Root::AlwaysOff)),
        ("traceidratio", (false, ratio)),
        ("parentbased_always_on", (true, Root::AlwaysOn)),
        ("parentbased_always_off", (true, Root::AlwaysOff)),
        ("parentbased_traceidratio", (true, ratio)),
    ];
    let (parent_based, root) = parser.one_of("OTEL_TRACES_SAMPLER", (true, Root::AlwaysOn), &choices);
    SamplerKind { parent_based, root }
}

fn read_ratio(parser: &mut Parser<'_>) -> Root {
    let takes_ratio = parser.get("OTEL_TRACES_SAMPLER").is_some_and(|name| name.ends_with("traceidratio"));
    let in_range = |ratio: &f64| (0.0..=1.0).contains(ratio);
    let argument = match takes_ratio {
        true => parser.parse_if("OTEL_TRACES_SAMPLER_ARG", "a number between 0 and 1", in_range),
        // Other samplers take no argument, so there is nothing to be wrong.
        false => None,
    };
    Root::Ratio(argument.unwrap_or(1.0))
}

impl SamplerKind {
    fn build(self) -> Box<dyn ShouldSample> {
        let root = match self.root {
            Root::AlwaysOn => Sampler::AlwaysOn,
            Root::AlwaysOff => Sampler::AlwaysOff,
            Root::Ratio(ratio) => Sampler::TraceIdRatioBased(ratio),
        };
        match self.parent_based {
            // The function, not the variant `Sampler::ParentBased(Box)`: that one throws away the attributes and the
            // trace state of a root sampler.
            true => Box::new(Sampler::parent_based(root)),
            false => Box::new(root),
        }
    }
}

/// Counts what the sampler inside decides (`otel.sdk.span.started`).
#[derive(Clone, Debug)]
pub(crate) struct CountingSampler {
    inner: Box<dyn ShouldSample>,
    started: Started,
}

impl CountingSampler {
    pub(crate) fn new(kind: SamplerKind, started: Started) -> Self {
        Self { inner: kind.build(), started }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn kind(name: &str, argument: &str) -> SamplerKind {
        let environment = Environment::from([("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument)]);
        let mut parser = environment.parser();
        let kind = read(&mut parser);
        parser.finish().unwrap();
        kind
    }

    #[test]
    fn each_standard_name_is_its_sampler() {
        assert_eq!(kind("", ""), SamplerKind { parent_based: true, root: Root::AlwaysOn });
        assert_eq!(kind("always_on", "not read"), SamplerKind { parent_based: false, root: Root::AlwaysOn });
        assert_eq!(kind("parentbased_always_off", ""), SamplerKind { parent_based: true, root: Root::AlwaysOff });
        assert_eq!(kind("traceidratio", "0.25"), SamplerKind { parent_based: false, root: Root::Ratio(0.25) });
        assert_eq!(kind("parentbased_traceidratio", ""), SamplerKind { parent_based: true, root: Root::Ratio(1.0) });
    }
}
