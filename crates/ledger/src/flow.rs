//! What became of the spans in one component of a collector: passed on, held, dropped on purpose, or lost.

use crate::component::Component;
use crate::component_counts::ComponentCounts;
use crate::counters::Counters;
use crate::pipeline_graph::PipelineGraph;

/// What became of the spans that one component was given. Everything else was passed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// Spans that are still in it.
    pub held: u64,
    /// Spans that it dropped on purpose: a sampler, a filter.
    pub dropped: u64,
    /// Spans that it gave up, or refused although they are not sent again.
    pub lost: u64,
    /// Spans that it refused and that their sender sends again. Each attempt counts: a figure for diagnosis only.
    pub to_be_retried: u64,
}

impl Flow {
    /// What a component did with its spans.
    ///
    /// `undecided`: whether a tail sampler still has traces without a decision; then all that it has not passed on is held.
    #[must_use]
    pub fn new(graph: &PipelineGraph, component: &Component, counters: &Counters, undecided: bool) -> Self {
        let own = ComponentCounts::new(counters, component);
        let is_final = graph.is_final(component);
        match component {
            Component::Receiver { .. } => Self::default(),
            Component::Exporter { id } => {
                let has_queue = graph.destination(id).is_some_and(|destination| destination.has_queue);
                Self::of_exporter(&own, has_queue, is_final)
            }
            // What it makes of the spans is no longer spans.
            Component::Connector { output, .. } if output != "traces" => Self::default(),
            Component::Connector { .. } | Component::Processor { .. } => {
                let is_asynchronous = component.is_asynchronous();
                let waits = is_asynchronous && (undecided || component.type_name() != "tail_sampling");
                let (lost, to_be_retried) = refused(&own, is_final);
                let kept_back = kept_back(&own, is_final || is_asynchronous);
                let (held, dropped) = if waits { (kept_back, 0) } else { (0, kept_back) };
                Self { held, dropped, lost, to_be_retried }
            }
        }
    }

    fn of_exporter(own: &ComponentCounts, has_queue: bool, is_final: bool) -> Self {
        let (lost, to_be_retried) = refused(own, is_final);
        if !has_queue {
            // It has refused what it could not send.
            return Self { lost, to_be_retried, ..Self::default() };
        }
        let held = own.consumed.success.saturating_sub(own.sent + own.send_failed);
        Self { held, lost: lost + own.send_failed, to_be_retried, dropped: 0 }
    }
}

/// Spans that a component has not passed on. `once`: whether it passes each span on only once. Otherwise a refusal further on is
/// followed by another attempt, and only the attempt that succeeded counts.
fn kept_back(own: &ComponentCounts, once: bool) -> u64 {
    if once {
        (own.consumed.success + own.consumed.refused).saturating_sub(own.produced.total())
    } else {
        own.consumed.success.saturating_sub(own.produced.success)
    }
}

/// What the component itself refused: lost, or to be sent again.
fn refused(own: &ComponentCounts, is_final: bool) -> (u64, u64) {
    if is_final { (own.consumed.failure, 0) } else { (0, own.consumed.failure) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline_graph::tests::graph;

    #[test]
    fn what_is_refused_after_a_tail_sampler_was_not_dropped_by_it() {
        let pipelines = serde_json::json!({
            "traces": { "receivers": ["otlp"], "processors": ["tail_sampling"], "exporters": ["otlp_grpc/jaeger"] },
        });
        let labels = "otel_scope_otelcol_component_id=\"tail_sampling\",otel_scope_otelcol_pipeline_id=\"traces\",\
                      otel_scope_otelcol_signal=\"traces\",otelcol_component_outcome";
        let page = format!(
            "otelcol_processor_consumed_items{{{labels}=\"success\"}} 10\n\
             otelcol_processor_produced_items{{{labels}=\"success\"}} 3\n\
             otelcol_processor_produced_items{{{labels}=\"refused\"}} 2\n"
        );
        let sampler = Component::Processor { pipeline: "traces".to_owned(), id: "tail_sampling".to_owned() };
        let counters = Counters::parse(&page).unwrap();
        let flow = |undecided| Flow::new(&graph(&[], pipelines.clone()), &sampler, &counters, undecided);
        assert_eq!((flow(false).dropped, flow(false).held), (5, 0));
        assert_eq!((flow(true).dropped, flow(true).held), (0, 5));
    }
}
