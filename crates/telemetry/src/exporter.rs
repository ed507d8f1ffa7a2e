//! Wraps a span exporter: counts exported and failed spans, and logs when exports start to fail and when they succeed
//! again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tracing::{info, warn};

use crate::export_client::LastStatus;
use crate::self_metrics::Exported;

/// A span exporter with counters. The inner exporter retries internally, so its result is final.
#[derive(Debug)]
pub(crate) struct CountingExporter<E> {
    inner: E,
    last: LastStatus,
    exported: Exported,
    failing: AtomicBool,
}

impl<E> CountingExporter<E> {
    /// Wraps an exporter. `last` is the status that its HTTP client stores.
    pub(crate) fn new(inner: E, last: LastStatus, exported: Exported) -> Self {
        Self { inner, last, exported, failing: AtomicBool::new(false) }
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
                self.exported.failed(spans, self.error_type(error));
                if !was_failing {
                    warn!(spans, %error, "spans could not be exported and are lost");
                }
            }
        }
    }

    /// The value of `error.type`: one of a few words, or the status. Each distinct error message would create a
    /// separate time series.
    fn error_type(&self, error: &OTelSdkError) -> String {
        match (error, self.last.failure()) {
            (OTelSdkError::AlreadyShutdown, _) => "already_shutdown".to_owned(),
            (OTelSdkError::Timeout(_), _) => "timeout".to_owned(),
            (OTelSdkError::InternalFailure(_), Some(status)) => status.as_str().to_owned(),
            (OTelSdkError::InternalFailure(_), None) => "export_failed".to_owned(),
        }
    }
}

impl<E: SpanExporter> SpanExporter for CountingExporter<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        self.last.clear();
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
    use std::sync::Mutex;

    use async_trait::async_trait;
    use bytes::Bytes;
    use opentelemetry::metrics::MeterProvider as _;
    use opentelemetry::trace::{Tracer as _, TracerProvider as _};
    use opentelemetry_http::{HttpClient, HttpError, Request, Response};
    use opentelemetry_otlp::{RetryPolicy, WithHttpConfig as _};
    use opentelemetry_sdk::metrics::SdkMeterProvider;
    use opentelemetry_sdk::trace::{SdkTracerProvider, SimpleSpanProcessor};
    use prometheus::{Registry, TextEncoder};

    use super::*;
    use crate::export_client::ExportClient;

    /// Returns these statuses, the last one first, and then no responses.
    #[derive(Debug)]
    struct Collector(Mutex<Vec<u16>>);

    #[async_trait]
    impl HttpClient for Collector {
        async fn send_bytes(&self, _: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
            let status = self.0.lock().unwrap().pop().ok_or("no response")?;
            Ok(Response::builder().status(status).body(Bytes::new())?)
        }
    }

    /// Exports one span for each status, and one more. Returns the counter in the Prometheus text.
    fn exported(statuses: Vec<u16>) -> String {
        let registry = Registry::new();
        let reader = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build().unwrap();
        let meters = SdkMeterProvider::builder().with_reader(reader).build();
        let (spans, last) = (statuses.len() + 1, LastStatus::default());
        let otlp = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_http_client(ExportClient::new(Collector(Mutex::new(statuses)), last.clone()))
            .with_retry_policy(RetryPolicy::disabled())
            .build();
        let counting = CountingExporter::new(otlp.unwrap(), last, Exported::new(&meters.meter("test")));
        let traces = SdkTracerProvider::builder().with_span_processor(SimpleSpanProcessor::new(counting)).build();
        for _ in 0..spans {
            drop(traces.tracer("test").start("span"));
        }
        TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
    }

    #[test]
    fn a_failed_export_is_counted_by_its_status_or_as_one_without_a_response() {
        let text = exported(vec![503, 404, 200, 404]);
        let count = |label: &str| {
            let series =
                |line: &&str| line.starts_with("otel_sdk_exporter_span_exported_total{") && line.contains(label);
            text.lines().filter(series).map(|line| line.rsplit(' ').next().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(count("error_type=\"404\""), ["2"], "{text}");
        assert_eq!(count("error_type=\"503\""), ["1"], "{text}");
        assert_eq!(count("error_type=\"export_failed\""), ["1"], "not the status of an earlier batch: {text}");
        assert_eq!(count("error_type").len(), 3, "{text}");
    }
}
