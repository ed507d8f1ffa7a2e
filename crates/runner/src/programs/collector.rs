//! The OpenTelemetry Collector.

use super::external::{External, GoBuild, GoSources, Origin};
use super::part_context::{ArgumentsError, PartContext};
use super::program::{Program, Rejection, Source, StopOrder};

/// The OpenTelemetry Collector. One on PATH must accept the lab's files: others lack components.
#[derive(Debug)]
pub(super) struct Collector;

static COLLECTOR: External = External {
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
};

impl Program for Collector {
    fn source(&self) -> Source {
        Source::External(&COLLECTOR)
    }

    fn arguments(&self, part: &PartContext<'_>) -> Result<Vec<String>, ArgumentsError> {
        part.config_arguments()
    }

    fn rejection(&self) -> Rejection {
        Rejection::Validate
    }

    fn stop_order(&self) -> StopOrder {
        StopOrder::InOrder
    }
}
