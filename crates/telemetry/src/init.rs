//! One function that sets everything up, and the value that takes it down again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use opentelemetry::{InstrumentationScope, global};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanProcessor};
use opentelemetry_semantic_conventions::SCHEMA_URL;
use opentelemetry_semantic_conventions::attribute::{SERVICE_INSTANCE_ID, SERVICE_NAME};
use prometheus::Registry;
use tracing::{info, warn};
use tracing_subscriber::fmt::MakeWriter;

use crate::admin::Admin;
use crate::ledger::Ledger;
use crate::processor::Stage;
use crate::providers::{self, ProviderError, SCOPE};
use crate::redaction::stage::Redaction;
use crate::sampler::HeadSampler;
use crate::scopes::SwitchedProvider;
use crate::self_metrics::Exported;
use crate::settings::Settings;
use crate::{propagation, resource, subscriber};

/// How many exports a flush may wait for: the one under way may use its whole time, and so may the one with the rest.  The
/// SDK's own limit, 5 s, is shorter than one of them.
const EXPORTS: u32 = 2;

/// Who is being observed.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// `service.name`, unless the environment says otherwise.
    pub name: &'static str,
    /// `service.version`, the crate's.
    pub version: &'static str,
}

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("telemetry could not be set up: {reason}")]
pub struct InitError {
    reason: String,
}

impl InitError {
    fn new(reason: impl fmt::Display) -> Self {
        Self { reason: reason.to_string() }
    }
}

impl From<ProviderError> for InitError {
    fn from(error: ProviderError) -> Self {
        Self::new(error)
    }
}

/// Telemetry that is running.  Whoever holds it calls [`Telemetry::shutdown`] before the process ends, whatever happened.
#[derive(Debug)]
pub struct Telemetry {
    providers: Option<Providers>,
    admin: Admin,
    exported: Option<Exported>,
    export_timeout: Duration,
}

#[derive(Debug)]
struct Providers {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
}

/// Sets up metrics, traces, propagation and logs, in the order in which they need each other.
///
/// # Errors
///
/// When an exporter cannot be built from its `OTEL_EXPORTER_OTLP_*` variables, or when it was all set up before.
///
/// # Panics
///
/// With `OTEL_TRACES_SAMPLER=jaeger_remote` outside a tokio runtime: Jaeger is asked in a task of it.
pub fn init(service: Service, settings: Settings) -> Result<Telemetry, InitError> {
    let traces = settings.traces;
    init_with(&service, settings, std::io::stdout, |exported| providers::exporting(traces, exported))
}

/// The same with another destination for logs and spans: tests keep both in memory.
pub(crate) fn init_with<W>(
    service: &Service,
    settings: Settings,
    logs: W,
    exporting: impl FnOnce(&Exported) -> Result<Option<Box<dyn SpanProcessor>>, ProviderError>,
) -> Result<Telemetry, InitError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let resource = resource::build(service, settings.resource, settings.service_name);
    let registry = Registry::new();
    let ledger = Arc::new(Ledger::default());
    let sampler = (!settings.disabled).then(|| HeadSampler::new(settings.sampler));
    // With none there is no provider at all: the API's no-op passes a caller's context on untouched, as the specification wants.
    let (providers, exported) = if let Some(sampler) = &sampler {
        let metrics = providers::meter_provider(resource.clone(), &registry, settings.metrics, &settings.views)?;
        global::set_meter_provider(metrics.clone());
        let meter = providers::meter(&metrics);
        let exported = Exported::new(&meter);
        let exporting = exporting(&exported)?;
        let mut stages: Vec<Box<dyn Stage>> = vec![Box::new(settings.baggage)];
        if settings.redaction {
            stages.push(Box::new(Redaction::new(&meter)));
        }
        let traces = providers::tracer_provider(resource.clone(), sampler, &ledger, stages, exporting, &meter)?;
        global::set_tracer_provider(SwitchedProvider::new(traces.clone(), settings.disabled_scopes));
        (Some(Providers { traces, metrics }), Some(exported))
    } else {
        (None, None)
    };
    let scope = InstrumentationScope::builder(SCOPE)
        .with_version(env!("CARGO_PKG_VERSION"))
        .with_schema_url(SCHEMA_URL)
        .build();
    let subscriber = subscriber::build(global::tracer_with_scope(scope), settings.log_filter, logs);
    tracing::subscriber::set_global_default(subscriber).map_err(InitError::new)?;
    // After the subscriber, so that a warning about an unknown name is seen.
    propagation::install(&settings.propagators);
    if !settings.redaction {
        warn!("spans leave as they are: LAB_REDACTION is off");
    }
    Ok(Telemetry {
        providers,
        admin: admin(&resource, registry, ledger, sampler),
        exported,
        export_timeout: settings.export_timeout,
    })
}

fn admin(resource: &Resource, registry: Registry, ledger: Arc<Ledger>, sampler: Option<HeadSampler>) -> Admin {
    Admin {
        service: resource::text(resource, SERVICE_NAME),
        instance: resource::text(resource, SERVICE_INSTANCE_ID),
        registry,
        ledger,
        sampler,
    }
}

impl Telemetry {
    /// The admin listener: `/healthz`, `/metrics`, `/spans` and `/sampler`.  Never traced, or looking would change what is seen.
    pub fn admin(&self) -> Router {
        self.admin.clone().router()
    }

    /// What `/metrics` answers.
    #[cfg(feature = "testing")]
    pub(crate) fn metrics(&self) -> Result<String, prometheus::Error> {
        self.admin.text()
    }

    /// Delivers what has not been delivered: traces, then metrics, then one last log line with the ledger's figures.
    ///
    /// Call it after the last span has ended.  The SDK ignores a span that ends later: it stays `live` in the figures.
    pub async fn shutdown(self) {
        // Flushing blocks, with retries for seconds; on a worker thread of the runtime it can wait for itself.
        if tokio::task::spawn_blocking(move || self.flush()).await.is_err() {
            warn!("the flush of telemetry panicked");
        }
    }

    fn flush(self) {
        let live = self.admin.ledger.live();
        if live > 0 {
            warn!(live, "spans have not ended and will be missing");
        }
        let mut flushed = true;
        if let Some(providers) = &self.providers
            && let Err(error) = providers.traces.shutdown_with_timeout(self.export_timeout * EXPORTS)
        {
            flushed = false;
            warn!(%error, "traces could not be flushed");
        }
        // Before the meter provider stops: after that its counters cannot be read.
        let (processed, dropped) = self.admin.processed();
        let (exported, failed) = self.exported.as_ref().map(Exported::totals).unwrap_or_default();
        if let Some(providers) = &self.providers
            && let Err(error) = providers.metrics.shutdown()
        {
            warn!(%error, "metrics could not be flushed");
        }
        let (started, unsampled) = self.admin.ledger.started();
        let ended = self.admin.ledger.ended_count();
        if flushed {
            info!(started, unsampled, live, ended, processed, dropped, exported, failed, "telemetry flushed");
        } else {
            // What is still under way may yet arrive: whoever adds up must not take these figures for the last.
            warn!(
                started,
                unsampled, live, ended, processed, dropped, exported, failed, "telemetry not flushed in time"
            );
        }
    }
}
