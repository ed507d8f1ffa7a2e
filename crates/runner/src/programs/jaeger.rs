//! Jaeger, the store of the traces.

use super::external::{External, GoBuild, Origin};
use super::program::{Program, Rejection, StopOrder};

/// Jaeger 2, which is made of the Collector's code and has its command line.
pub(super) static JAEGER: Program = Program {
    external: Some(External {
        title: "Jaeger",
        names: &["jaeger"],
        clients: &[],
        accepts: &["collector/jaeger.yaml"],
        origin: Origin::Go(GoBuild {
            version: "1.76.0",
            module: "collector/jaeger",
            package: "github.com/jaegertracing/jaeger/cmd/jaeger",
            distribution: None,
        }),
        about: "4 min on 2 cores",
    }),
    arguments: |run, part| run.collector_arguments(part),
    rejection: Rejection::Validate,
    stop_order: StopOrder::Last,
};
