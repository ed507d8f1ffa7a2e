//! Builds the meter provider and the tracer provider, with their samplers, processors, readers and exporters.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry_otlp::{MetricExporter, SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SdkTracerProvider, SpanProcessor};
use opentelemetry_semantic_conventions::attribute::SERVICE_NAME;
use prometheus::Registry;

use crate::export_client::{ExportClient, LastStatus};
use crate::exporter::CountingExporter;
use crate::init_error::InitError;
use crate::ledger::{Ledger, LedgerStage};
use crate::processor::{Stage, StagedProcessor};
use crate::resource;
use crate::sampler::{CountingSampler, HeadSampler};
use crate::scopes::SCOPE;
use crate::self_metrics::{Exported, Started, observe_live};
use crate::settings::Exporter;
use crate::view::{self, View};

/// Builds one meter provider with two readers: `/metrics` always, and OTLP unless `OTEL_METRICS_EXPORTER` is `none`.
pub(crate) fn meter_provider(
    resource: Resource,
    registry: &Registry,
    exporter: Exporter,
    views: &[View],
) -> Result<SdkMeterProvider, InitError> {
    // Without scope labels: no two scopes use the same metric name, and shorter series are easier to read.
    let scraped =
        opentelemetry_prometheus::exporter().with_registry(registry.clone()).scope_info_enabled(false).build();
    let builder = SdkMeterProvider::builder().with_resource(resource).with_reader(scraped?);
    let builder = view::add(builder, views)?;
    let builder = match exporter {
        // The SDK reads the interval from OTEL_METRIC_EXPORT_INTERVAL; the default is one minute.
        Exporter::Otlp => builder.with_periodic_exporter(MetricExporter::builder().with_http().build()?),
        Exporter::None => builder,
    };
    Ok(builder.build())
}

/// The exporting span processor: it batches spans in a dedicated thread and sends them as OTLP over http/protobuf.
/// `None` if `OTEL_TRACES_EXPORTER` is `none`. `timeout` limits one request.
pub(crate) fn exporting(
    exporter: Exporter,
    timeout: Duration,
    exported: &Exported,
) -> Result<Option<Box<dyn SpanProcessor>>, InitError> {
    match exporter {
        Exporter::None => Ok(None),
        Exporter::Otlp => {
            let last = LastStatus::default();
            let client = ExportClient::blocking(timeout, last.clone())?;
            let otlp = SpanExporter::builder().with_http().with_http_client(client).build()?;
            let counted = CountingExporter::new(otlp, last, exported.clone());
            Ok(Some(Box::new(BatchSpanProcessor::builder(counted).build())))
        }
    }
}

/// Builds the tracer provider from the sampler, the stages and the exporting processor.
///
/// Build the meter provider first and make it global: the SDK's processors look it up while they are built.
pub(crate) fn tracer_provider(
    resource: Resource,
    sampler: &HeadSampler,
    ledger: &Arc<Ledger>,
    mut stages: Vec<Box<dyn Stage>>,
    exporting: Option<Box<dyn SpanProcessor>>,
    meter: &Meter,
) -> Result<SdkTracerProvider, InitError> {
    observe_live(meter, Arc::clone(ledger));
    let started = Started::new(meter, Arc::clone(ledger));
    // The ledger is the last stage, but before the batch. So every exported span has already been counted as ended.
    stages.push(Box::new(LedgerStage(Arc::clone(ledger))));
    let sampler = sampler.build(&resource::text(&resource, SERVICE_NAME))?;
    let builder = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(CountingSampler::new(sampler, started))
        .with_span_processor(StagedProcessor::new(stages, exporting));
    Ok(builder.build())
}

/// The meter for the metrics of this crate.
pub(crate) fn meter(provider: &SdkMeterProvider) -> Meter {
    provider.meter(SCOPE)
}
