//! Tests `users` as a process: stopped during a slow request and with an open WebSocket, it loses no span.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use telemetry::testing::otlp_sink::OtlpSink;
use telemetry::testing::process::ServiceProcess;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

const PROGRAM: &str = env!("CARGO_BIN_EXE_users");
const USERS: &str = r#"[{"username":"ada","firstname":"Ada","lastname":"L","emailAddress":"ada@example.org"}]"#;

/// Starts a stand-in for `remote-users` that reports each request and waits before it responds.
async fn slow_remote(requests: Arc<Semaphore>, answer: Arc<Semaphore>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let handler = async move || {
        requests.add_permits(1);
        answer.acquire().await.unwrap().forget();
        USERS
    };
    tokio::spawn(async { axum::serve(listener, Router::new().route("/get_users", get(handler))).await });
    port
}

#[tokio::test]
async fn sigterm_during_a_slow_request_with_an_open_socket_loses_no_span() {
    let sink = OtlpSink::start().await;
    let (requests, answer) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let remote = slow_remote(requests.clone(), answer.clone()).await.to_string();
    let mut service = ServiceProcess::spawn(
        PROGRAM,
        &[
            ("LAB_USERS_HTTP", "0"),
            ("LAB_USERS_ADMIN", "0"),
            ("LAB_REMOTE_USERS_HTTP", &remote),
            // Nothing listens on this port. The failed command also has a span.
            ("LAB_REDIS_TCP", "1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", sink.endpoint()),
        ],
    );
    service.ready().await;
    let address = service.address("address").await;

    let (mut socket, _) = connect_async(format!("ws://{address}/ws")).await.unwrap();
    socket.send(Message::text(r#"{"id":"a"}"#)).await.unwrap();
    assert!(socket.next().await.unwrap().unwrap().to_text().unwrap().contains("\"ack\":true"));
    let request = tokio::spawn(reqwest::get(format!("http://{address}/user")));
    requests.acquire().await.unwrap().forget();

    service.terminate();
    service.notified("STOPPING=1").await;
    assert!(matches!(socket.next().await, Some(Ok(Message::Close(_)))), "the socket is closed, not cut");
    assert!(reqwest::get(format!("http://{address}/user")).await.is_err(), "no new request is taken");
    answer.add_permits(1);
    assert_eq!(request.await.unwrap().unwrap().status(), 200, "the slow request is answered");

    let ended = service.ended().await;
    assert!(ended.status.success());
    let last = ended.log.last().unwrap();
    assert_eq!(last["event"], "shutdown_report");
    assert_eq!((&last["ended"], &last["exported"]), (&4.into(), &4.into()), "{last}");
    assert_eq!(sink.spans(), 4);
    assert_eq!(sink.names(), ["GET", "GET", "GET /user", "process websocket"]);
}

#[tokio::test]
async fn a_request_that_fails_is_one_log_line_with_the_id_of_its_trace() {
    let mut service = ServiceProcess::spawn(
        PROGRAM,
        &[
            ("LAB_USERS_HTTP", "0"),
            ("LAB_USERS_ADMIN", "0"),
            ("LAB_REMOTE_USERS_HTTP", "1"),
            ("LAB_REDIS_TCP", "1"),
            ("OTEL_TRACES_EXPORTER", "none"),
            ("OTEL_METRICS_EXPORTER", "none"),
        ],
    );
    service.ready().await;
    let address = service.address("address").await;
    let response = reqwest::get(format!("http://{address}/user")).await.unwrap();
    assert_eq!(response.status(), 502);
    let trace_id = telemetry::testing::trace_id(response.headers());
    service.terminate();
    let ended = service.ended().await;
    let errors: Vec<_> = ended.log.iter().filter(|line| line["level"] == "ERROR").collect();
    assert_eq!(errors.len(), 1, "{:#?}", ended.log);
    assert_eq!(errors[0]["trace_id"], trace_id.as_str());
    assert!(errors[0]["error"].as_str().unwrap().contains("the request to `remote-users` failed"), "{}", errors[0]);
}
