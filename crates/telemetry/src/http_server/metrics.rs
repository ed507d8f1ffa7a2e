//! The metrics `http.server.request.duration` and `http_calls`, recorded for every request, including canceled ones.

use std::sync::LazyLock;
use std::time::Instant;

use axum::extract::Request;
use http::StatusCode;
use opentelemetry::metrics::{Counter, Histogram};
use opentelemetry::{KeyValue, global};
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE, HTTP_ROUTE, NETWORK_PROTOCOL_VERSION, URL_SCHEME,
};
use opentelemetry_semantic_conventions::metric::HTTP_SERVER_REQUEST_DURATION;

use super::request_span;
use crate::attributes::HTTP_CALLS;
use crate::scopes::SCOPE;

/// The bucket boundaries that the semantic conventions advise, in seconds.
const BUCKETS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// <https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration>
static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    global::meter(SCOPE)
        .f64_histogram(HTTP_SERVER_REQUEST_DURATION)
        .with_description("Duration of HTTP server requests.")
        .with_unit("s")
        .with_boundaries(BUCKETS.to_vec())
        .build()
});

/// The counter of the original bootcamp, with its original name.
static CALLS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    global::meter(SCOPE).u64_counter(HTTP_CALLS).with_description("HTTP requests, including failed ones.").build()
});

/// Measures one request. It records the values when it is dropped, so canceled requests are counted too.
#[derive(Debug)]
pub(super) struct Measurement {
    start: Instant,
    attributes: Vec<KeyValue>,
    responded: bool,
}

impl Measurement {
    pub(super) fn begin(request: &Request) -> Self {
        let (method, _) = request_span::method(request.method());
        let mut attributes =
            vec![KeyValue::new(HTTP_REQUEST_METHOD, method.to_owned()), KeyValue::new(URL_SCHEME, "http")];
        // The route and not the path: each combination of attribute values is a separate time series.
        if let Some(route) = request_span::route(request) {
            attributes.push(KeyValue::new(HTTP_ROUTE, route.to_owned()));
        }
        if let Some(version) = request_span::protocol_version(request.version()) {
            attributes.push(KeyValue::new(NETWORK_PROTOCOL_VERSION, version));
        }
        Self { start: Instant::now(), attributes, responded: false }
    }

    pub(super) fn responded(&mut self, status: StatusCode, error_type: Option<String>) {
        self.responded = true;
        self.attributes.push(KeyValue::new(HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16())));
        self.attributes.extend(error_type.map(|error_type| KeyValue::new(ERROR_TYPE, error_type)));
    }
}

impl Drop for Measurement {
    fn drop(&mut self) {
        if !self.responded {
            // The client closed the connection, and the server stopped processing the request.
            self.attributes.push(KeyValue::new(ERROR_TYPE, "cancelled"));
        }
        CALLS.add(1, &self.attributes);
        DURATION.record(self.start.elapsed().as_secs_f64(), &self.attributes);
    }
}
