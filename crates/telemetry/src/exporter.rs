//! The exporter wrapper: counts what was delivered and what was given up, and says when the one turns into the other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tracing::{info, warn};

use crate::self_metrics::Exported;

/// Any span exporter, counted.  Retries happen inside the exporter, so a result here is final.
#[derive(Debug)]
pub(crate) struct CountingExporter<E> {
    inner: E,
    exported: Exported,
    failing: AtomicBool,
}

impl<E> CountingExporter<E> {
    pub(crate) fn new(inner: E, exported: Exported) -> Self {
        Self { inner, exported, failing: AtomicBool::new(false) }
    }

    /// Counts a batch.  Logs only a change of state: an endpoint that is down fails once a second for hours.
    fn account(&self, spans: u64, result: &OTelSdkResult) {
        let was_failing = self.failing.swap(result.is_err(), Ordering::Relaxed);
        match result {
            Ok(()) => {
                self.exported.succeeded(spans);
                if was_failing {
                    info!(spans, "spans are exported again");
                }
            }
            Err(error) => {
                self.exported.failed(spans, error_type(error));
                if !was_failing {
                    warn!(spans, %error, "spans could not be exported and are lost");
                }
            }
        }
    }
}

/// In a few distinct words: a message of its own per failure would be a time series per failure.
fn error_type(error: &OTelSdkError) -> &'static str {
    match error {
        OTelSdkError::AlreadyShutdown => "already_shutdown",
        OTelSdkError::Timeout(_) => "timeout",
        OTelSdkError::InternalFailure(_) => "export_failed",
    }
}

impl<E: SpanExporter> SpanExporter for CountingExporter<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        let result = self.inner.export(batch).await;
        self.account(spans, &result);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}
