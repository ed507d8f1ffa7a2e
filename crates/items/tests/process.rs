//! Tests `items` as a process: stopped during a slow request and with an open WebSocket, it loses no span.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use telemetry::testing::otlp_sink::OtlpSink;
use telemetry::testing::process::ServiceProcess;
use tokio::net::TcpListener;

const PROGRAM: &str = env!("CARGO_BIN_EXE_items");

/// Starts a stand-in for `users` that acknowledges every message.
async fn users() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let routes = Router::new()
        .route("/user", get(async || r#"{"username":"ada"}"#))
        .route("/ws", get(async |request: WebSocketUpgrade| request.on_upgrade(acknowledge)));
    tokio::spawn(async { axum::serve(listener, routes).await });
    port
}

async fn acknowledge(mut socket: WebSocket) {
    while let Some(Ok(Message::Text(text))) = socket.recv().await {
        let message: serde_json::Value = serde_json::from_str(&text).unwrap();
        let answer = serde_json::json!({"id": message["id"], "ack": true});
        socket.send(Message::text(answer.to_string())).await.unwrap();
    }
}

#[tokio::test]
async fn sigterm_during_a_slow_request_with_the_socket_open_loses_no_span() {
    let sink = OtlpSink::start().await;
    let users = users().await.to_string();
    let mut service = start(&users, &sink);
    service.ready().await;
    let url = format!("http://{}", service.address("address").await);
    service.logged("the WebSocket to `users` is connected").await;
    assert_eq!(reqwest::get(format!("{url}/ws")).await.unwrap().status(), 200);
    assert_eq!(reqwest::get(format!("{url}/data?fail=1")).await.unwrap().status(), 500);
    let failed = service.logged("the request failed").await;
    assert_eq!(failed["trace_id"].as_str().map(str::len), Some(32), "{failed}");

    let slow = tokio::spawn(reqwest::get(format!("{url}/data?delay_ms=1000")));
    one_span_is_live(&service).await;
    service.terminate();
    assert_eq!(slow.await.unwrap().unwrap().status(), 200, "the slow request is answered");

    let ended = service.ended().await;
    assert!(ended.status.success());
    let last = ended.log.last().unwrap();
    assert_eq!(last["event"], "shutdown_report");
    assert_eq!((&last["ended"], &last["exported"]), (&5.into(), &5.into()), "{last}");
    assert_eq!(sink.spans(), 5);
    assert_eq!(sink.names(), ["GET", "GET /data", "GET /data", "GET /ws", "send websocket"]);
}

#[tokio::test]
async fn a_request_that_outlasts_the_drain_is_cut_off_and_its_span_is_exported() {
    let sink = OtlpSink::start().await;
    // A stand-in for `users` that accepts connections and never responds. With the delay the request would take 15
    // seconds.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let users = silent.local_addr().unwrap().port().to_string();
    let mut service = start(&users, &sink);
    service.ready().await;
    let url = format!("http://{}", service.address("address").await);
    let slow = tokio::spawn(reqwest::get(format!("{url}/data?delay_ms=9000")));
    one_span_is_live(&service).await;
    service.terminate();
    assert_eq!(slow.await.unwrap().unwrap().status(), 503);
    let ended = service.ended().await;
    assert!(ended.status.success());
    let last = ended.log.last().unwrap();
    assert_eq!((&last["live"], &last["ended"], &last["exported"]), (&0.into(), &2.into(), &2.into()), "{last}");
    assert_eq!(sink.names(), ["GET", "GET /data"]);
}

fn start(users: &str, sink: &OtlpSink) -> ServiceProcess {
    ServiceProcess::spawn(
        PROGRAM,
        &[
            ("LAB_ITEMS_HTTP", "0"),
            ("LAB_ITEMS_ADMIN", "0"),
            ("LAB_USERS_HTTP", users),
            ("LAB_REDIS_TCP", "1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", sink.endpoint()),
        ],
    )
}

/// Waits until a request is being served.
async fn one_span_is_live(service: &ServiceProcess) {
    let admin = format!("http://{}/metrics", service.log_line("serving")["admin"].as_str().unwrap());
    let live = r#"otel_sdk_span_live{otel_span_sampling_result="RECORD_AND_SAMPLE"} 1"#;
    let seen = async { while !reqwest::get(&admin).await.unwrap().text().await.unwrap().contains(live) {} };
    tokio::time::timeout(Duration::from_secs(5), seen).await.expect("the request arrives");
}
