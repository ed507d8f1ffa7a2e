//! Tests the spans and metrics of the instrumentation in this process, with everything kept in memory.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod messages;
mod redaction;
mod redis_commands;
mod server;
mod shown;
mod skipped;
mod websocket;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::Request;
use serde_json::Value;
use telemetry::testing::{RecordedSpan, recorder};
use tower::ServiceExt as _;

/// The span ID of a simulated remote caller.
pub(crate) const REMOTE_SPAN: &str = "00f067aa0ba902b7";

/// A `traceparent` for a trace ID. Each test uses its own trace ID.
pub(crate) fn traceparent(trace_id: &str, sampled: bool) -> String {
    format!("00-{trace_id}-{REMOTE_SPAN}-{:02x}", u8::from(sampled))
}

/// Sends one request to a router that has no listener.
pub(crate) async fn send_request(router: Router, uri: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::get(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

pub(crate) async fn text(response: Response) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

/// The only span of a trace.
pub(crate) fn only(trace_id: &str) -> RecordedSpan {
    let mut spans = recorder().trace(trace_id);
    assert_eq!(spans.len(), 1, "one span expected, not {spans:#?}");
    spans.remove(0)
}

pub(crate) fn object(pairs: &[(&str, Value)]) -> BTreeMap<String, Value> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

/// A message in the form that services send.
pub(crate) fn message(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("a message is an object, not {other}"),
    }
}

/// The value of one series in the Prometheus text. Give the labels as they are printed, in any order.
pub(crate) fn series(name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let text = recorder().metrics();
    let wanted = |line: &&str| labels.iter().all(|(key, value)| line.contains(&format!("{key}=\"{value}\"")));
    let line = text.lines().filter(|line| line.starts_with(&format!("{name}{{"))).find(wanted)?;
    line.rsplit(' ').next()?.parse().ok()
}
