//! Builds the `tracing` subscriber: one layer writes log lines, and the other converts `tracing` spans to
//! OpenTelemetry spans.

use opentelemetry::global::BoxedTracer;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterFn, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, fmt, registry};

use crate::log::JsonLine;

/// Libraries that transport telemetry. Their spans are not recorded: an export would create spans that have to be
/// exported in turn.
const PLUMBING: [&str; 8] = ["h2", "hyper", "hyper_util", "opentelemetry", "reqwest", "tokio", "tower", "tungstenite"];

/// Combines the two layers. Each has its own filter. With a common filter, RUST_LOG=warn would also disable spans and
/// propagation.
pub(crate) fn build<W>(tracer: BoxedTracer, log_filter: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    let logs = fmt::layer().event_format(JsonLine).with_writer(writer).with_filter(log_filter);
    registry().with(spans(tracer)).with(logs)
}

fn spans<S>(tracer: BoxedTracer) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    // Source locations, thread names and busy times cost more than half a microsecond per span and do not describe
    // the request.
    tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(spans_of_services())
}

/// Accepts only spans. Log lines do not become span events. The code adds events explicitly.
fn spans_of_services() -> FilterFn<fn(&Metadata<'_>) -> bool> {
    filter_fn(|metadata: &Metadata<'_>| {
        let module = metadata.target().split("::").next().unwrap_or_default();
        metadata.is_span() && *metadata.level() <= Level::INFO && !PLUMBING.contains(&module)
    })
}
