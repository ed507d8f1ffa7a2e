//! A receiver of OTLP over http/protobuf, for tests that ask what really left a process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tokio::net::TcpListener;

/// The name of every span that came in, by its id, and how many came in.
#[derive(Debug, Clone, Default)]
struct Received(Arc<Mutex<(BTreeMap<String, String>, usize)>>);

/// A running receiver; it ends with the test's runtime.
#[derive(Debug)]
pub struct OtlpSink {
    endpoint: String,
    received: Received,
}

impl OtlpSink {
    /// Starts to listen on a port of its own.
    ///
    /// # Panics
    ///
    /// When loopback has no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("loopback has a free port");
        let endpoint = format!(
            "http://{}",
            listener.local_addr().expect("a bound listener has an address")
        );
        let received = Received::default();
        let routes = Router::new()
            .route("/v1/traces", post(receive))
            .route("/v1/metrics", post(async || ()))
            .with_state(received.clone());
        tokio::spawn(async { axum::serve(listener, routes).await });
        Self { endpoint, received }
    }

    /// The value for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// How many spans came in, each as often as it came.
    #[must_use]
    pub fn spans(&self) -> usize {
        self.received.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// The names of the distinct spans that came in, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let received = self.received.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<String> = received.0.values().cloned().collect();
        names.sort();
        names
    }
}

async fn receive(State(received): State<Received>, body: Bytes) {
    let request = ExportTraceServiceRequest::decode(body).expect("the exporter sends what it says it sends");
    let mut received = received.0.lock().unwrap_or_else(PoisonError::into_inner);
    let scopes = request
        .resource_spans
        .into_iter()
        .flat_map(|resource| resource.scope_spans);
    for span in scopes.flat_map(|scope| scope.spans) {
        let id: String = span.span_id.iter().map(|byte| format!("{byte:02x}")).collect();
        received.0.insert(id, span.name);
        received.1 += 1;
    }
}
