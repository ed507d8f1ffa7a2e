//! Sets up all signals with one function, [`init`].

use std::sync::Arc;

use opentelemetry::metrics::Meter;
use opentelemetry::{InstrumentationScope, global};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanProcessor;
use opentelemetry_semantic_conventions::SCHEMA_URL;
use opentelemetry_semantic_conventions::attribute::{SERVICE_INSTANCE_ID, SERVICE_NAME};
use prometheus::Registry;
use tracing::warn;
use tracing_subscriber::fmt::MakeWriter;

use crate::admin::Admin;
use crate::init_error::InitError;
use crate::ledger::Ledger;
use crate::processor::Stage;
use crate::redaction::stage::Redaction;
use crate::sampler::HeadSampler;
use crate::scopes::{SCOPE, SwitchedProvider};
use crate::self_metrics::Exported;
use crate::service::Service;
use crate::settings::Settings;
use crate::telemetry::{Providers, Telemetry};
use crate::{propagation, providers, resource, subscriber};

/// Sets up metrics, traces, logs and propagation, in the order in which they depend on each other.
///
/// # Errors
///
/// Returns an error if an exporter or the sampler cannot be built from its variables, if a [`View`](crate::View) is
/// invalid, or if a global `tracing` subscriber exists already.
///
/// # Panics
///
/// Panics if the sampler is `jaeger_remote` and no tokio runtime is running: a task of the runtime polls Jaeger.
pub fn init(service: Service, settings: Settings) -> Result<Telemetry, InitError> {
    let (traces, timeout) = (settings.traces, settings.export_timeout);
    init_with(&service, settings, std::io::stdout, |exported| providers::exporting(traces, timeout, exported))
}

/// [`init`] with other destinations for logs and spans. Tests keep both in memory.
pub(crate) fn init_with<W>(
    service: &Service,
    settings: Settings,
    logs: W,
    exporting: impl FnOnce(&Exported) -> Result<Option<Box<dyn SpanProcessor>>, InitError>,
) -> Result<Telemetry, InitError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let resource = resource::build(service, settings.resource.clone(), settings.service_name.clone());
    let admin = admin(&resource, (!settings.disabled).then(|| HeadSampler::new(settings.sampler.clone())));
    // With OTEL_SDK_DISABLED=true no provider is installed. The no-op tracer of the API then propagates the caller's
    // context unchanged, as the specification requires.
    let installed = match &admin.sampler {
        Some(sampler) => Some(install_providers(&resource, &admin, sampler, &settings, exporting)?),
        None => None,
    };
    let (providers, exported) = installed.unzip();
    let subscriber = subscriber::build(global::tracer_with_scope(scope()), settings.log_filter, logs);
    tracing::subscriber::set_global_default(subscriber)?;
    // After the subscriber, so that the warning about an unknown propagator is logged.
    propagation::install(&settings.propagators);
    if !settings.redaction {
        warn!("spans are exported without redaction because LAB_REDACTION is `off`");
    }
    Ok(Telemetry { providers, admin, exported, export_timeout: settings.export_timeout })
}

/// Builds both providers and makes them global.
fn install_providers(
    resource: &Resource,
    admin: &Admin,
    sampler: &HeadSampler,
    settings: &Settings,
    exporting: impl FnOnce(&Exported) -> Result<Option<Box<dyn SpanProcessor>>, InitError>,
) -> Result<(Providers, Exported), InitError> {
    let metrics = providers::meter_provider(resource.clone(), &admin.registry, settings.metrics, &settings.views)?;
    global::set_meter_provider(metrics.clone());
    let meter = providers::meter(&metrics);
    let exported = Exported::new(&meter);
    let exporting = exporting(&exported)?;
    let stages = stages(settings, &meter);
    let traces = providers::tracer_provider(resource.clone(), sampler, &admin.ledger, stages, exporting, &meter)?;
    global::set_tracer_provider(SwitchedProvider::new(traces.clone(), settings.disabled_scopes.clone()));
    Ok((Providers { traces, metrics }, exported))
}

fn stages(settings: &Settings, meter: &Meter) -> Vec<Box<dyn Stage>> {
    let mut stages: Vec<Box<dyn Stage>> = vec![Box::new(settings.baggage.clone())];
    if settings.redaction {
        stages.push(Box::new(Redaction::new(meter)));
    }
    stages
}

/// The scope of the spans that the services create with `tracing`.
fn scope() -> InstrumentationScope {
    InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION")).with_schema_url(SCHEMA_URL).build()
}

fn admin(resource: &Resource, sampler: Option<HeadSampler>) -> Admin {
    Admin {
        service: resource::text(resource, SERVICE_NAME),
        instance: resource::text(resource, SERVICE_INSTANCE_ID),
        registry: Registry::new(),
        ledger: Arc::new(Ledger::default()),
        sampler,
    }
}
