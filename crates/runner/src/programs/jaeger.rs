//! Jaeger, the store of the traces.

use super::external::{External, GoBuild, GoSources, Origin};
use super::part_context::{ArgumentsError, PartContext};
use super::program::{Program, Rejection, Source, StopOrder};

/// Jaeger 2, which is made of the Collector's code and has its command line.
#[derive(Debug)]
pub(super) struct Jaeger;

static JAEGER: External = External {
    title: "Jaeger",
    names: &["jaeger"],
    clients: &[],
    accepts: &["collector/jaeger.yaml"],
    origin: Origin::Go(GoBuild {
        version: "1.76.0",
        pins: &["collector/jaeger/go.mod", "collector/jaeger/go.sum"],
        sources: GoSources::Package {
            module: "collector/jaeger",
            package: "github.com/jaegertracing/jaeger/cmd/jaeger",
        },
    }),
    about: "4 min on 2 cores",
};

impl Program for Jaeger {
    fn source(&self) -> Source {
        Source::External(&JAEGER)
    }

    fn arguments(&self, part: &PartContext<'_>) -> Result<Vec<String>, ArgumentsError> {
        part.config_arguments()
    }

    fn rejection(&self) -> Rejection {
        Rejection::Validate
    }

    fn stop_order(&self) -> StopOrder {
        StopOrder::Last
    }
}
