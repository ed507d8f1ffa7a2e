//! A receiver of OTLP over http/protobuf, for tests that check what a process exports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;
use tokio::net::TcpListener;

/// The received data.
#[derive(Debug, Default)]
struct Received {
    /// The name of each span, by span ID.
    names: BTreeMap<String, String>,
    /// The number of received spans; a span that arrives twice counts twice.
    spans: usize,
    /// The resource of the last spans.
    resource: BTreeMap<String, String>,
    /// The attributes of the last span.
    attributes: BTreeMap<String, String>,
    metrics: BTreeSet<String>,
}

type Shared = Arc<Mutex<Received>>;

/// A running receiver. It stops with the test's runtime.
#[derive(Debug)]
pub struct OtlpSink {
    endpoint: String,
    received: Shared,
}

impl OtlpSink {
    /// Starts a receiver on a free port.
    ///
    /// # Panics
    ///
    /// Panics if no port is free on loopback.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let received = Shared::default();
        let routes = Router::new()
            .route("/v1/traces", post(receive_spans))
            .route("/v1/metrics", post(receive_metrics))
            .with_state(Arc::clone(&received));
        tokio::spawn(async { axum::serve(listener, routes).await });
        Self { endpoint: format!("http://{address}"), received }
    }

    /// The value for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The number of received spans; a span that arrives twice counts twice.
    #[must_use]
    pub fn spans(&self) -> usize {
        lock(&self.received).spans
    }

    /// The names of the distinct spans, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = lock(&self.received).names.values().cloned().collect();
        names.sort();
        names
    }

    /// The string attributes of the resource of the last spans.
    #[must_use]
    pub fn resource(&self) -> BTreeMap<String, String> {
        lock(&self.received).resource.clone()
    }

    /// The string attributes of the last span.
    #[must_use]
    pub fn attributes(&self) -> BTreeMap<String, String> {
        lock(&self.received).attributes.clone()
    }

    /// The names of the received metrics.
    #[must_use]
    pub fn metrics(&self) -> BTreeSet<String> {
        lock(&self.received).metrics.clone()
    }
}

fn lock(received: &Shared) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn receive_spans(State(received): State<Shared>, body: Bytes) {
    let request = ExportTraceServiceRequest::decode(body).expect("the exporter sends what it says it sends");
    let mut received = lock(&received);
    for spans in request.resource_spans {
        let attributes = spans.resource.unwrap_or_default().attributes;
        received.resource = attributes.into_iter().filter_map(text).collect();
        for span in spans.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let id: String = span.span_id.iter().map(|byte| format!("{byte:02x}")).collect();
            received.names.insert(id, span.name);
            received.attributes = span.attributes.into_iter().filter_map(text).collect();
            received.spans += 1;
        }
    }
}

async fn receive_metrics(State(received): State<Shared>, body: Bytes) {
    let request = ExportMetricsServiceRequest::decode(body).expect("the exporter sends what it says it sends");
    let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
    let names = scopes.flat_map(|scope| scope.metrics).map(|metric| metric.name);
    lock(&received).metrics.extend(names);
}

fn text(attribute: KeyValue) -> Option<(String, String)> {
    match attribute.value?.value? {
        Value::StringValue(text) => Some((attribute.key, text)),
        _ => None,
    }
}
