//! The OpenTelemetry Collector.

use super::external::{External, GoBuild, Origin};
use super::program::{Program, Rejection, StopOrder};

/// The OpenTelemetry Collector. One on PATH must accept the lab's files: others lack components.
pub(super) static COLLECTOR: Program = Program {
    external: Some(External {
        title: "OpenTelemetry Collector",
        names: &["otelcol-lab", "otelcol-contrib", "otelcol"],
        clients: &[],
        accepts: &["collector/agent.yaml", "collector/gateway.yaml"],
        origin: Origin::Go(GoBuild {
            version: "0.155.0",
            module: "collector/ocb",
            package: "go.opentelemetry.io/collector/cmd/builder",
            distribution: Some("collector/otelcol"),
        }),
        about: "4 min on 2 cores",
    }),
    arguments: |run, part| run.collector_arguments(part),
    rejection: Rejection::Validate,
    stop_order: StopOrder::InOrder,
};
