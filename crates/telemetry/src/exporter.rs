//! Wraps a span exporter: counts exported and failed spans, and logs when exports start to fail and when they succeed
//! again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tracing::{info, warn};

use crate::self_metrics::Exported;

/// A span exporter with counters. The inner exporter retries internally, so its result is final.
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

    /// Counts a batch. Logs only changes of state: while an endpoint is down, an export may fail every second for
    /// hours.
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

/// The value of `error.type`: one of a few words. Each distinct error message would create a separate time series.
fn error_type(error: &OTelSdkError) -> String {
    match error {
        OTelSdkError::AlreadyShutdown => "already_shutdown".to_owned(),
        OTelSdkError::Timeout(_) => "timeout".to_owned(),
        // The exporter returns only a message. It ends with the HTTP status if there was a response.
        OTelSdkError::InternalFailure(message) => status(message).unwrap_or("export_failed").to_owned(),
    }
}

/// Extracts `404` from "HTTP export failed with status code: 404".
fn status(message: &str) -> Option<&str> {
    let (_, status) = message.rsplit_once("status code: ")?;
    (status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())).then_some(status)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_its_status() {
        let failed = |message: &str| error_type(&OTelSdkError::InternalFailure(message.to_owned()));
        assert_eq!(failed("HTTP export failed with status code: 404"), "404");
        assert_eq!(failed("HTTP export failed: network error"), "export_failed");
        assert_eq!(failed("HTTP export failed with status code: many"), "export_failed");
    }
}
