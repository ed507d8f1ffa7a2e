//! What one component of a collector counts of spans.
//!
//! The Collector counts them with the feature gate `telemetry.newPipelineTelemetry`. A metrics reader shows to which component a
//! count belongs if it has `without_scope_info: false`.

use crate::component::Component;
use crate::counters::Counters;
use crate::metrics::{
    CONNECTOR_CONSUMED, CONNECTOR_PRODUCED, EXPORTER_CONSUMED, INCOMING, PROCESSOR_CONSUMED, PROCESSOR_PRODUCED,
    RECEIVER_PRODUCED, SEND_FAILED, SENT,
};

/// The labels that name a component, as Prometheus has them.
const ID: &str = "otel_scope_otelcol_component_id";
const PIPELINE: &str = "otel_scope_otelcol_pipeline_id";
const SIGNAL: &str = "otel_scope_otelcol_signal";
const OUTPUT: &str = "otel_scope_otelcol_signal_output";
const OUTCOME: &str = "otelcol_component_outcome";

/// What one component counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ComponentCounts {
    /// Spans that it was given, by what became of the call. The Collector counts them when the call returns.
    pub consumed: Outcomes,
    /// Spans that it passed on, by what became of the call.
    pub produced: Outcomes,
    /// Spans that it was given, counted when the call begins; 0 for the few processors that do not count this.
    pub incoming: u64,
    /// Spans that an exporter sent.
    pub sent: u64,
    /// Spans that an exporter gave up.
    pub send_failed: u64,
}

/// Spans by what became of the call that passed them on. A client that sends 4 spans three times counts as 12.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// It was accepted.
    pub success: u64,
    /// This component refused it.
    pub failure: u64,
    /// A component after this one refused it.
    pub refused: u64,
}

impl Outcomes {
    /// Whatever became of the call.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.success + self.failure + self.refused
    }

    fn new(counters: &Counters, metric: &str, labels: &[(&str, &str)]) -> Self {
        let count = |outcome| counters.total(metric, &[labels, &[(SIGNAL, "traces"), (OUTCOME, outcome)]].concat());
        Self { success: count("success"), failure: count("failure"), refused: count("refused") }
    }
}

impl ComponentCounts {
    /// The counts of a component in a collector's own metrics.
    #[must_use]
    pub fn new(counters: &Counters, component: &Component) -> Self {
        let outcomes = |metric, labels: &[(&str, &str)]| Outcomes::new(counters, metric, labels);
        match component {
            Component::Receiver { id } => {
                Self { produced: outcomes(RECEIVER_PRODUCED, &[(ID, id)]), ..Self::default() }
            }
            Component::Processor { pipeline, id } => {
                let labels = [(ID, id.as_str()), (PIPELINE, pipeline)];
                Self {
                    consumed: outcomes(PROCESSOR_CONSUMED, &labels),
                    produced: outcomes(PROCESSOR_PRODUCED, &labels),
                    incoming: counters.total(INCOMING, &labels),
                    ..Self::default()
                }
            }
            Component::Connector { id, output } => {
                let labels = [(ID, id.as_str()), (OUTPUT, output)];
                Self {
                    consumed: outcomes(CONNECTOR_CONSUMED, &labels),
                    produced: outcomes(CONNECTOR_PRODUCED, &labels),
                    ..Self::default()
                }
            }
            Component::Exporter { id } => Self {
                consumed: outcomes(EXPORTER_CONSUMED, &[(ID, id)]),
                sent: counters.total(SENT, &[("exporter", id)]),
                send_failed: counters.total(SEND_FAILED, &[("exporter", id)]),
                ..Self::default()
            },
        }
    }
}
