//! Tests the server middleware: spans, limits, problems, and the attributes and events of handlers.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Extension;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::json;
use telemetry::http_server::{TRACERESPONSE, traced};
use telemetry::limits::{Limits, limited};
use telemetry::problem::Problem;
use telemetry::testing::{recorder, trace_id};
use telemetry::{KeyValue, attributes, span};

use crate::{REMOTE_SPAN, object, only, send_request, series, text, traceparent};

fn app() -> Router {
    recorder();
    let routes = Router::new()
        .route("/user/{id}", get(user))
        .route("/fail", get(fail))
        .route("/gone", get(async || Problem::new(StatusCode::BAD_GATEWAY).error_type("users_down")))
        .route("/slow", get(async || std::future::pending::<()>().await))
        .route("/panic", get(panicking))
        .route("/post", post(async |body: String| body));
    let limits = Limits { body: 8, time: Duration::from_millis(50) };
    traced(limited(routes, limits)).layer(Extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 4711)))))
}

async fn user() -> &'static str {
    tracing::error!("a log line, even of an error, is no span event");
    span::event("user picked", [KeyValue::new(attributes::LAB_USER_INDEX, 3_i64)]);
    span::attribute(attributes::LAB_CACHE_HIT, true);
    "someone"
}

#[derive(Debug, thiserror::Error)]
#[error("nothing works")]
struct Broken;

async fn fail() -> StatusCode {
    span::record_exception(&Broken);
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn panicking() -> StatusCode {
    panic!("a planted panic")
}

#[tokio::test]
async fn a_request_is_one_server_span_with_the_attributes_of_the_conventions() {
    let headers = [("host", "127.0.0.1:8002"), ("user-agent", "curl/8"), ("cookie", "a=b"), ("authorization", "x")];
    let response = send_request(app(), "/user/7?count=2&api_key=secret", &headers).await;
    let span = only(&trace_id(response.headers()));
    assert_eq!((span.name.as_str(), span.kind.as_str(), span.status), ("GET /user/{id}", "SERVER", None));
    assert_eq!(span.parent_span_id, None);
    let expected = object(&[
        ("http.request.method", json!("GET")),
        ("http.route", json!("/user/{id}")),
        ("url.scheme", json!("http")),
        ("url.path", json!("/user/7")),
        ("url.query", json!("count=2&api_key=REDACTED")),
        ("network.protocol.version", json!("1.1")),
        ("server.address", json!("127.0.0.1")),
        ("server.port", json!(8002)),
        ("client.address", json!("192.0.2.7")),
        ("user_agent.original", json!("curl/8")),
        ("http.response.status_code", json!(200)),
        ("lab.cache.hit", json!(true)),
    ]);
    assert_eq!(span.attributes, expected);
    let events: Vec<_> = span.events.iter().map(|event| (event.name.as_str(), event.attributes.clone())).collect();
    assert_eq!(events, [("user picked", object(&[("lab.user.index", json!(3))]))]);
}

#[tokio::test]
async fn the_callers_span_is_the_parent_and_its_tenant_is_recorded() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4701";
    let headers = [("traceparent", traceparent(trace, true)), ("baggage", "lab.tenant=blue,other=x".to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let response = send_request(app(), "/user/1", &headers).await;
    let span = only(trace);
    assert_eq!(response.headers()[TRACERESPONSE].to_str().unwrap(), format!("00-{trace}-{}-01", span.span_id));
    assert_eq!(span.parent_span_id.as_deref(), Some(REMOTE_SPAN));
    assert_eq!(span.attributes["lab.tenant"], "blue");
    assert!(!span.attributes.contains_key("other"));
}

#[tokio::test]
async fn an_unsampled_request_is_answered_with_its_ids_and_flags_00() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4702";
    let response = send_request(app(), "/user/1", &[("traceparent", &traceparent(trace, false))]).await;
    let ids = response.headers()[TRACERESPONSE].to_str().unwrap();
    assert!(ids.starts_with(&format!("00-{trace}-")) && ids.ends_with("-00"), "{ids}");
    assert!(!ids.contains(REMOTE_SPAN), "the span id is that of our own span: {ids}");
    assert_eq!(recorder().trace(trace), []);
}

#[tokio::test]
async fn a_malformed_traceparent_is_ignored() {
    let response = send_request(app(), "/user/1", &[("traceparent", "00-not-a-parent-01")]).await;
    assert_eq!(only(&trace_id(response.headers())).parent_span_id, None);
}

#[tokio::test]
async fn an_unmatched_path_has_a_span_named_by_its_method_only() {
    let response = send_request(app(), "/nowhere", &[]).await;
    assert_eq!(response.status(), 404);
    let span = only(&trace_id(response.headers()));
    assert_eq!((span.name.as_str(), span.status), ("GET", None));
    assert!(!span.attributes.contains_key("http.route") && !span.attributes.contains_key("error.type"));
    assert_eq!(span.attributes["http.response.status_code"], json!(404));
}

#[tokio::test]
async fn a_failure_is_an_error_with_the_exception_as_the_conventions_have_it() {
    let response = send_request(app(), "/fail", &[]).await;
    let span = only(&trace_id(response.headers()));
    assert_eq!(span.status.as_deref(), Some("ERROR: nothing works"));
    assert_eq!(span.attributes["error.type"], "500");
    let exception = object(&[
        ("exception.type", json!("instrumentation::server::Broken")),
        ("exception.message", json!("nothing works")),
    ]);
    assert_eq!((span.events[0].name.as_str(), &span.events[0].attributes), ("exception", &exception));
}

#[tokio::test]
async fn a_problem_says_on_the_span_which_failure_it_was() {
    let span = only(&trace_id(send_request(app(), "/gone", &[]).await.headers()));
    assert_eq!((span.status.as_deref(), &span.attributes["error.type"]), (Some("ERROR"), &json!("users_down")));
}

#[tokio::test]
async fn a_request_past_its_time_limit_is_a_503_that_the_span_knows_of() {
    let response = send_request(app(), "/slow", &[]).await;
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"application/problem+json".parse().unwrap())
    );
    let span = only(&trace_id(response.headers()));
    assert_eq!((span.status.as_deref(), &span.attributes["error.type"]), (Some("ERROR"), &json!("timeout")));
    assert!(text(response).await.contains("the request took longer than 50 ms"));
}

#[tokio::test]
async fn a_panic_is_a_500_that_the_span_knows_of() {
    let response = send_request(app(), "/panic", &[]).await;
    assert_eq!(response.status(), 500);
    assert_eq!(only(&trace_id(response.headers())).attributes["error.type"], "panic");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_a_413_with_a_span() {
    let response = send_request(app(), "/user/1", &[("content-length", "9")]).await;
    assert_eq!(response.status(), 413);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(only(&trace_id(response.headers())).attributes["http.response.status_code"], json!(413));
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_ends_its_span_and_is_counted() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4703";
    let router = traced(Router::new().route("/forgotten", get(async || std::future::pending::<()>().await)));
    recorder();
    let parent = traceparent(trace, true);
    let headers = [("traceparent", parent.as_str())];
    let forgotten = tokio::time::timeout(Duration::from_millis(20), send_request(router, "/forgotten", &headers));
    assert!(forgotten.await.is_err());
    assert!(!only(trace).attributes.contains_key("http.response.status_code"));
    assert_eq!(series("http_calls_total", &[("http_route", "/forgotten"), ("error_type", "cancelled")]), Some(1.0));
}

#[tokio::test]
async fn work_without_a_request_is_a_root_span_of_its_own() {
    recorder();
    let inside = tracing::info_span!("outer");
    let ids = tracing::Instrument::instrument(span::root("refresh cache", async { span::event("x", []) }), inside);
    ids.await;
    let spans = recorder().spans();
    let root = spans.iter().find(|span| span.name == "refresh cache").unwrap();
    assert_eq!((root.kind.as_str(), &root.parent_span_id, root.events.len()), ("INTERNAL", &None, 1));
}
