//! Tests which requests of a server with a WebSocket are traced: all but the opening handshakes of its route.

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;
use serde_json::json;
use telemetry::http_server::{CapturedHeaders, RequestTracing, TRACERESPONSE};
use telemetry::testing::{recorder, trace_id};
use tokio::net::TcpListener;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::{only, series, traceparent};

/// Starts a server whose WebSocket is at `/socket`. Returns `127.0.0.1:port`.
async fn server() -> String {
    recorder();
    let routes = Router::new()
        .route("/socket", get(async |upgrade: WebSocketUpgrade| -> Response { upgrade.on_upgrade(async |_| ()) }))
        .route("/plain", get(async || "someone"))
        .route("/broken", get(async || -> &str { panic!("a planted panic") }));
    let tracing = RequestTracing::hooked(CapturedHeaders::default()).with_websocket("/socket");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(telemetry::lifecycle::serve(listener, tracing.over(routes), std::future::pending()));
    address.to_string()
}

/// Sends a complete opening handshake as a part of the trace, with these headers in addition. Returns the status and
/// the headers of the response.
async fn handshake(path: &str, trace: &str, headers: &[(&'static str, &'static str)]) -> (u16, HeaderMap) {
    let mut request = format!("ws://{}{path}", server().await).into_client_request().unwrap();
    request.headers_mut().insert("traceparent", traceparent(trace, true).parse().unwrap());
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let response = match connect_async(request).await {
        Ok((_, response)) => response,
        Err(Error::Http(response)) => *response,
        Err(error) => panic!("{error}"),
    };
    (response.status().as_u16(), response.headers().clone())
}

#[tokio::test]
async fn the_handshake_of_a_websocket_route_is_no_span() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4711";
    let (status, headers) = handshake("/socket", trace, &[]).await;
    assert_eq!((status, headers.contains_key(TRACERESPONSE)), (101, false));
    assert_eq!(recorder().trace(trace), []);
}

#[tokio::test]
async fn a_request_without_an_upgrade_to_a_websocket_route_is_an_error_with_a_span() {
    let url = format!("http://{}/socket", server().await);
    let response = telemetry::http_client::Client::new(Default::default()).unwrap().get(&url).await.unwrap();
    assert_eq!(response.status, 400);
    let spans = recorder().spans();
    let here = |span: &&telemetry::testing::RecordedSpan| url.contains(&span.attributes["server.port"].to_string());
    let refused = spans.iter().filter(|span| span.name == "GET /socket").find(here).unwrap();
    assert_eq!(refused.attributes["http.response.status_code"], json!(400));
}

#[tokio::test]
async fn a_handshake_that_the_websocket_route_rejects_has_a_span() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4712";
    let (status, headers) = handshake("/socket", trace, &[("sec-websocket-version", "7")]).await;
    assert_eq!((status, trace_id(&headers).as_str()), (400, trace));
    assert_eq!(only(trace).attributes["http.response.status_code"], json!(400));
}

#[tokio::test]
async fn the_headers_of_a_handshake_hide_no_request_to_another_route() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4713";
    let (status, headers) = handshake("/plain", trace, &[]).await;
    assert_eq!((status, trace_id(&headers).as_str()), (200, trace));
    assert_eq!(only(trace).name, "GET /plain");
    assert_eq!(series("http_calls_total", &[("http_route", "/plain")]), Some(1.0));
}

#[tokio::test]
async fn the_headers_of_a_handshake_hide_no_request_to_an_unknown_path() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4714";
    let (status, _) = handshake("/nowhere", trace, &[]).await;
    assert_eq!((status, only(trace).name.as_str()), (404, "GET"));
}

#[tokio::test]
async fn the_headers_of_a_handshake_do_not_keep_a_panic_from_its_answer() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4715";
    let (status, _) = handshake("/broken", trace, &[]).await;
    assert_eq!((status, &only(trace).attributes["error.type"]), (500, &json!("panic")));
}
