//! The OpenTelemetry Collector.

use super::external::{External, GoBuild, GoSources, Origin};
use super::program::{Program, Rejection, Source, StopOrder};

/// The OpenTelemetry Collector. One on PATH must accept the lab's files: others lack components.
pub(super) static COLLECTOR: Program = Program {
    source: Source::External(External {
        title: "OpenTelemetry Collector",
        names: &["otelcol-lab", "otelcol-contrib", "otelcol"],
        clients: &[],
        accepts: &["collector/agent.yaml", "collector/gateway.yaml"],
        origin: Origin::Go(GoBuild {
            version: "0.155.0",
            pins: &[
                "collector/ocb/go.mod",
                "collector/ocb/go.sum",
                "collector/otelcol/builder.yaml",
                "collector/otelcol/go.mod",
                "collector/otelcol/go.sum",
            ],
            sources: GoSources::Generated {
                builder: "collector/ocb",
                package: "go.opentelemetry.io/collector/cmd/builder",
                distribution: "collector/otelcol",
            },
        }),
        about: "4 min on 2 cores",
    }),
    arguments: |run, part| run.collector_arguments(part),
    rejection: Rejection::Validate,
    stop_order: StopOrder::InOrder,
};
