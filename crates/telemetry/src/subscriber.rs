//! The tracing subscriber: one layer writes log lines, another turns spans into OpenTelemetry spans.

use opentelemetry::global::BoxedTracer;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterFn, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, fmt, registry};

use crate::log::JsonLine;

/// Libraries whose spans are about how telemetry itself travels: a span about exporting spans would never end the work.
const PLUMBING: [&str; 8] = ["h2", "hyper", "hyper_util", "opentelemetry", "reqwest", "tokio", "tower", "tungstenite"];

/// Puts both layers together.  Each has a filter of its own: one filter for all would let RUST_LOG=warn end tracing
/// and propagation.
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
    // Lean: source locations, threads and busy times cost more than half a microsecond a span and say nothing about
    // the request.
    tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(spans_of_services())
}

/// Spans only: log lines stay out of traces, and a span event is something that the code says explicitly.
fn spans_of_services() -> FilterFn<fn(&Metadata<'_>) -> bool> {
    filter_fn(|metadata: &Metadata<'_>| {
        let module = metadata.target().split("::").next().unwrap_or_default();
        metadata.is_span() && *metadata.level() <= Level::INFO && !PLUMBING.contains(&module)
    })
}
