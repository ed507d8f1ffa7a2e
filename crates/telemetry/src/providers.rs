//! Builds the meter provider and the tracer provider: what is measured, sampled, kept in the ledger and exported.

use std::sync::Arc;

use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry_otlp::{ExporterBuildError, MetricExporter, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkError;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SdkTracerProvider, SpanProcessor};
use opentelemetry_semantic_conventions::attribute::SERVICE_NAME;
use prometheus::Registry;

use crate::exporter::CountingExporter;
use crate::ledger::{Bookkeeping, Ledger};
use crate::processor::{Stage, StagedProcessor};
use crate::resource;
use crate::sampler::{CountingSampler, HeadSampler, SamplerError};
use crate::self_metrics::{Exported, Started, observe_live};
use crate::settings::Exporter;
use crate::view::{self, View};

/// The instrumentation scope of everything that this crate records: spans as well as metrics.
pub(crate) const SCOPE: &str = "telemetry";

/// One meter provider with two readers: `/metrics` is always there, OTLP unless the environment says `none`.
pub(crate) fn meter_provider(
    resource: Resource,
    registry: &Registry,
    exporter: Exporter,
    views: &[View],
) -> Result<SdkMeterProvider, ProviderError> {
    // Without scope labels: no name is produced by two scopes here, and the series stay short enough to read.
    let scraped =
        opentelemetry_prometheus::exporter().with_registry(registry.clone()).scope_info_enabled(false).build();
    let builder = SdkMeterProvider::builder().with_resource(resource).with_reader(scraped?);
    let builder = view::add(builder, views)?;
    let builder = match exporter {
        // The interval is OTEL_METRIC_EXPORT_INTERVAL, a minute by default; the SDK reads it.
        Exporter::Otlp => builder.with_periodic_exporter(MetricExporter::builder().with_http().build()?),
        Exporter::None => builder,
    };
    Ok(builder.build())
}

/// The processor that exports: a batch in a thread of its own, to OTLP over http/protobuf.
pub(crate) fn exporting(
    exporter: Exporter,
    exported: &Exported,
) -> Result<Option<Box<dyn SpanProcessor>>, ProviderError> {
    match exporter {
        Exporter::None => Ok(None),
        Exporter::Otlp => {
            // The blocking client, by feature: the batch thread has no tokio reactor, and the async client panics there.
            let otlp = SpanExporter::builder().with_http().build()?;
            let counted = CountingExporter::new(otlp, exported.clone());
            Ok(Some(Box::new(BatchSpanProcessor::builder(counted).build())))
        }
    }
}

/// The tracer provider, around the processor that exports and the stages before it.
///
/// Build the meter provider first and make it global: the SDK's processors look for it while they are built.
pub(crate) fn tracer_provider(
    resource: Resource,
    sampler: &HeadSampler,
    ledger: &Arc<Ledger>,
    mut stages: Vec<Box<dyn Stage>>,
    exporting: Option<Box<dyn SpanProcessor>>,
    meter: &Meter,
) -> Result<SdkTracerProvider, ProviderError> {
    observe_live(meter, Arc::clone(ledger));
    let started = Started::new(meter, Arc::clone(ledger));
    // The book last, and still before the batch: what has been exported has always been counted as ended.
    stages.push(Box::new(Bookkeeping(Arc::clone(ledger))));
    let sampler = sampler.build(&resource::text(&resource, SERVICE_NAME))?;
    let builder = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(CountingSampler::new(sampler, started))
        .with_span_processor(StagedProcessor::new(stages, exporting));
    Ok(builder.build())
}

/// The meter of our self-metrics.
pub(crate) fn meter(provider: &SdkMeterProvider) -> Meter {
    provider.meter(SCOPE)
}

/// Why a provider could not be built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    #[error(transparent)]
    Exporter(#[from] ExporterBuildError),
    #[error(transparent)]
    Reader(#[from] OTelSdkError),
    #[error("the view of {instrument} cannot be built: {reason}")]
    View { instrument: &'static str, reason: String },
    #[error(transparent)]
    Sampler(#[from] SamplerError),
}
