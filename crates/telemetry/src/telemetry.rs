//! The telemetry of a running process: the routes of its admin listener, and the flush at exit.

use std::time::Duration;

use axum::Router;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::warn;

use crate::admin::Admin;
use crate::self_metrics::Exported;
use crate::shutdown_report::ShutdownReport;

/// The number of export timeouts that a flush may last: one for the export in progress and one for the remaining
/// spans. The SDK's default shutdown timeout of 5 s is shorter than a single export timeout (10 s by default).
const EXPORTS: u32 = 2;

/// Running telemetry. Its owner calls [`Telemetry::shutdown`] before the process exits, also after an error.
#[derive(Debug)]
pub struct Telemetry {
    pub(crate) providers: Option<Providers>,
    pub(crate) admin: Admin,
    pub(crate) exported: Option<Exported>,
    pub(crate) export_timeout: Duration,
}

/// The providers of both signals.
#[derive(Debug)]
pub(crate) struct Providers {
    pub(crate) traces: SdkTracerProvider,
    pub(crate) metrics: SdkMeterProvider,
}

impl Telemetry {
    /// The routes of the admin listener: `/healthz`, `/metrics`, `/spans` and `/sampler`.
    ///
    /// They are never traced. Otherwise each query would change the counters that it reads.
    pub fn admin(&self) -> Router {
        self.admin.clone().router()
    }

    /// The body of `/metrics`.
    #[cfg(feature = "testing")]
    pub(crate) fn metrics(&self) -> Result<String, prometheus::Error> {
        self.admin.text()
    }

    /// Exports what is still queued (traces first, then metrics), and logs the shutdown report: the final values of
    /// the ledger's counters.
    ///
    /// Call it after the last span has ended. The SDK ignores a span that ends later, and the report counts it as
    /// `live`.
    pub async fn shutdown(self) {
        // A flush blocks for seconds when the exporter retries. On a worker thread of the runtime it could block the
        // task it waits for.
        if tokio::task::spawn_blocking(move || self.flush()).await.is_err() {
            warn!("flushing telemetry panicked");
        }
    }

    fn flush(self) {
        let live = self.admin.ledger.live();
        if live > 0 {
            warn!(live, "spans that have not ended are not exported");
        }
        let flushed = self.flush_traces();
        // Before the meter provider shuts down: its counters cannot be read afterwards.
        let report = self.report(live);
        self.flush_metrics();
        report.log(flushed);
    }

    fn flush_traces(&self) -> bool {
        let Some(providers) = &self.providers else { return true };
        let flushed = providers.traces.shutdown_with_timeout(self.export_timeout * EXPORTS);
        flushed.inspect_err(|error| warn!(%error, "cannot flush traces")).is_ok()
    }

    fn flush_metrics(&self) {
        if let Some(providers) = &self.providers
            && let Err(error) = providers.metrics.shutdown()
        {
            warn!(%error, "cannot flush metrics");
        }
    }

    fn report(&self, live: i64) -> ShutdownReport {
        let (started, unsampled) = self.admin.ledger.started();
        let ended = self.admin.ledger.ended_count();
        let (processed, dropped) = self.admin.processed();
        let (exported, failed) = self.exported.as_ref().map(Exported::totals).unwrap_or_default();
        ShutdownReport { started, unsampled, live, ended, processed, dropped, exported, failed }
    }
}
