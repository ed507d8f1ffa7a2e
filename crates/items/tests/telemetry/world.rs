//! Helpers for tests of `items`: they start the service on free ports, and a stand-in for `users` that tests control.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use items::{config::Config, run};
use serde_json::{Value, json};
use telemetry::messaging::WebSocketTracing;
use telemetry::testing::{RecordedSpan, recorder, trace_id};
use telemetry::{Listeners, Peer, TimeoutFactor};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A stand-in for `users`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Users {
    /// The number of requests.
    pub(crate) calls: Arc<AtomicUsize>,
    /// The number of opened WebSockets.
    pub(crate) sockets: Arc<AtomicUsize>,
    /// The messages received over WebSockets.
    pub(crate) messages: Arc<Mutex<Vec<Value>>>,
    /// While it is true, acknowledgments are withheld.
    pub(crate) silent: watch::Sender<bool>,
    /// Whether messages are rejected.
    pub(crate) refusing: Arc<AtomicBool>,
    /// The number of WebSockets that were closed with a close frame.
    pub(crate) goodbyes: Arc<Mutex<usize>>,
    /// Whether requests fail.
    pub(crate) failing: Arc<AtomicBool>,
    /// Aborts the WebSockets.
    cut: CancellationToken,
}

impl Users {
    /// Starts the stand-in on a port, or on a free one for 0. The port is free again after [`Self::die`].
    pub(crate) async fn start(&self, port: u16) -> (Peer, JoinHandle<()>) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(([127, 0, 0, 1], port).into()).unwrap();
        let listener = socket.listen(64).unwrap();
        let peer = Peer { host: "127.0.0.1".to_owned(), port: listener.local_addr().unwrap().port() };
        let routes = Router::new().route("/user", get(user)).route("/ws", get(upgrade)).with_state(self.clone());
        (peer, tokio::spawn(async { axum::serve(listener, routes).await.unwrap() }))
    }

    /// Stops the stand-in as in a crash.
    pub(crate) async fn die(&self, server: JoinHandle<()>) {
        server.abort();
        server.await.unwrap_err();
        self.cut.cancel();
    }

    async fn talk(self, mut socket: WebSocket) {
        self.sockets.fetch_add(1, Ordering::Relaxed);
        while let Some(Ok(frame)) = tokio::select! { frame = socket.recv() => frame, () = self.cut.cancelled() => None }
        {
            let text = match frame {
                Message::Text(text) => text,
                Message::Close(_) => {
                    *self.goodbyes.lock().unwrap() += 1;
                    continue;
                }
                _ => continue,
            };
            let message: Value = serde_json::from_str(&text).unwrap();
            let answer = match self.refusing.load(Ordering::Relaxed) {
                true => json!({ "id": message["id"], "error": "refused" }),
                false => json!({ "id": message["id"], "ack": true, "heard": message["message"] }),
            };
            self.messages.lock().unwrap().push(message);
            let mut silent = self.silent.subscribe();
            tokio::select! {
                spoken = silent.wait_for(|silent| !silent) => drop(spoken.unwrap()),
                () = self.cut.cancelled() => return,
            }
            // The client may have closed the connection meanwhile.
            let _ = socket.send(Message::text(answer.to_string())).await;
        }
    }
}

async fn user(State(users): State<Users>, headers: HeaderMap) -> Response {
    assert!(headers.contains_key("traceparent"), "the context travels");
    users.calls.fetch_add(1, Ordering::Relaxed);
    match users.failing.load(Ordering::Relaxed) {
        true => StatusCode::BAD_GATEWAY.into_response(),
        false => Json(json!({"username": "ada", "emailAddress": "planted-ada@example.org"})).into_response(),
    }
}

async fn upgrade(State(users): State<Users>, request: WebSocketUpgrade) -> Response {
    request.on_upgrade(|socket| users.talk(socket))
}

/// The running service.
#[derive(Debug)]
pub(crate) struct Items {
    /// `http://127.0.0.1:port`.
    pub(crate) url: String,
    /// Stops the service when it is canceled.
    pub(crate) stop: CancellationToken,
    /// Completes when the service has stopped.
    pub(crate) ended: JoinHandle<anyhow::Result<()>>,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) trace_id: String,
    pub(crate) body: Value,
}

impl Items {
    /// Starts the service with manual instrumentation.
    pub(crate) async fn start(users: Peer, redis: Peer) -> Self {
        Self::instrumented(WebSocketTracing::Manual, users, redis).await
    }

    /// Starts the service with the given instrumentation of messages.
    pub(crate) async fn instrumented(websocket_tracing: WebSocketTracing, users: Peer, redis: Peer) -> Self {
        recorder();
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, admin_address) = (http.local_addr().unwrap(), admin.local_addr().unwrap());
        let hook = items::hook::Hook::default();
        let timeout_factor = TimeoutFactor::default();
        let config = Config {
            http: address,
            admin: admin_address,
            users,
            redis,
            timeout_factor,
            hook,
            websocket_tracing,
            defect: None,
        };
        let stop = CancellationToken::new();
        let service = run(Listeners { http, admin }, Router::new(), config, stop.clone().cancelled_owned());
        Self { url: format!("http://{address}"), stop, ended: tokio::spawn(service) }
    }

    /// Requests a path.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let response = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        let (status, trace_id) = (response.status().as_u16(), trace_id(response.headers()));
        Answer { status, trace_id, body: response.json().await.unwrap() }
    }

    /// Repeats a request until the response has this status, because reconnecting takes time.
    pub(crate) async fn until(&self, path: &str, status: u16) -> Answer {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let answer = self.get(path).await;
            if answer.status == status {
                return answer;
            }
            assert!(Instant::now() < deadline, "still {answer:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The first span of a kind.
pub(crate) fn span<'a>(spans: &'a [RecordedSpan], kind: &str) -> &'a RecordedSpan {
    spans.iter().find(|span| span.kind == kind).expect("there is such a span")
}

/// Asserts that the failure is recorded as an exception once, on the SERVER span.
pub(crate) fn assert_recorded_once(spans: &[RecordedSpan], status: i64) {
    let server = span(spans, "SERVER");
    let names: Vec<&str> = spans.iter().flat_map(|span| &span.events).map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["exception"], "{spans:#?}");
    assert_eq!(server.events.len(), 1);
    assert!(server.events[0].attributes.contains_key("exception.type"));
    assert!(server.events[0].attributes["exception.message"].as_str().is_some_and(|text| !text.is_empty()));
    assert!(server.status.as_ref().is_some_and(|status| status.starts_with("ERROR")), "{server:?}");
    assert_eq!(server.attributes["http.response.status_code"], json!(status));
    assert!(server.attributes.contains_key("error.type"));
}
