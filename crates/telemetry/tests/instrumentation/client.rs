//! Tests the HTTP client against a server in the same process, over a socket.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};
use telemetry::http_client::{Client, Error, Timeouts};
use telemetry::http_server::traced;
use telemetry::testing::refusing_peer::refusing_peer;
use telemetry::testing::{RecordedSpan, recorder, trace_id};
use tokio::net::TcpListener;

use crate::{send_request, traceparent};

/// Starts a server with a route for each kind of response.
async fn server() -> String {
    recorder();
    let routes = Router::new()
        .route("/ok", get(async || r#"{"name":"someone"}"#))
        .route("/teapot", get(async || (StatusCode::IM_A_TEAPOT, "{}")))
        .route("/garbage", get(async || "no json"))
        .route("/never", get(async || std::future::pending::<()>().await));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(telemetry::lifecycle::serve(listener, traced(routes), std::future::pending()));
    format!("http://{address}")
}

/// Requests a URL from the handler of a traced request. Returns the error, and the spans of the trace in the order in
/// which they ended.
async fn call(url: String) -> (Option<String>, Vec<RecordedSpan>) {
    let client = Client::new(Timeouts { total: Duration::from_millis(300), ..Timeouts::default() }).unwrap();
    let handler = async move || match client.get_json::<Value>(&url).await {
        Ok(_) => "none".to_owned(),
        Err(error) => error.error_type(),
    };
    let router = traced(Router::new().route("/call", get(handler)));
    let response = send_request(router, "/call", &[("baggage", "lab.tenant=blue")]).await;
    let spans = recorder().trace(&trace_id(response.headers()));
    let error = crate::text(response).await;
    ((error != "none").then_some(error), spans)
}

#[tokio::test]
async fn a_call_is_a_client_span_that_encloses_the_servers_and_carries_baggage() {
    let url = server().await;
    let (error, spans) = call(format!("{url}/ok?token=x")).await;
    let [server, client, outer] = <[RecordedSpan; 3]>::try_from(spans).unwrap();
    assert_eq!(error, None);
    assert_eq!((client.name.as_str(), client.kind.as_str(), client.status.clone()), ("GET", "CLIENT", None));
    assert_eq!(client.parent_span_id, Some(outer.span_id));
    assert_eq!(server.parent_span_id, Some(client.span_id));
    assert!(client.start <= server.start && server.end <= client.end && client.end <= outer.end);
    assert_eq!(server.attributes["lab.tenant"], "blue");
    let port: u16 = url.rsplit(':').next().unwrap().parse().unwrap();
    let expected = crate::object(&[
        ("http.request.method", json!("GET")),
        ("http.response.status_code", json!(200)),
        ("server.address", json!("127.0.0.1")),
        ("server.port", json!(port)),
        ("url.full", json!(format!("{url}/ok?token=REDACTED"))),
        ("lab.tenant", json!("blue")),
    ]);
    assert_eq!(client.attributes, expected);
}

#[tokio::test]
async fn each_way_to_fail_is_told_apart_on_the_client_span() {
    let url = server().await;
    for (path, error_type, status) in [
        ("/teapot", "418", Some("ERROR")),
        ("/garbage", "invalid_body", Some("ERROR: cannot parse the response body")),
        ("/never", "timeout", Some("ERROR: no complete response within the time limit")),
    ] {
        let (error, spans) = call(format!("{url}{path}")).await;
        let client = spans.iter().find(|span| span.kind == "CLIENT").unwrap();
        assert_eq!(error.as_deref(), Some(error_type), "{path}");
        assert_eq!(
            (client.status.as_deref(), &client.attributes["error.type"]),
            (status, &json!(error_type)),
            "{path}"
        );
    }
    let (error, spans) = call(format!("http://{}/", refusing_peer())).await;
    assert_eq!(error.as_deref(), Some("connection_error"));
    assert_eq!(spans[0].attributes["error.type"], "connection_error");
}

#[tokio::test]
async fn a_status_that_is_no_success_is_an_answer_to_get() {
    let url = server().await;
    let client = Client::new(Timeouts::default()).unwrap();
    let response = client.get(&format!("{url}/teapot")).await.unwrap();
    assert_eq!((response.status, &response.body[..]), (StatusCode::IM_A_TEAPOT, &b"{}"[..]));
    assert!(matches!(client.get("not a url").await, Err(Error::Url(_))));
}

#[tokio::test]
async fn the_decision_not_to_sample_travels_with_the_call() {
    let url = server().await;
    let client = Client::new(Timeouts::default()).unwrap();
    let handler = async move || match client.get(&format!("{url}/ok")).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::BAD_GATEWAY,
    };
    let trace = "4bf92f3577b34da6a3ce929d0e0e4705";
    let router = traced(Router::new().route("/call", get(handler)));
    let response = send_request(router, "/call", &[("traceparent", &traceparent(trace, false))]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(recorder().trace(trace), []);
}
