//! Helpers for tests of `users`: they start the service on free ports, and a stand-in for `remote-users`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use telemetry::messaging::WebSocketTracing;
use telemetry::testing::{RecordedSpan, recorder, trace_id};
use telemetry::{Listeners, Peer};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use users::{config::Config, run};

/// Two users, in the format of `remote-users`.
pub(crate) const USERS: &str = r#"[{"username":"ada","firstname":"Ada","lastname":"L","emailAddress":"planted-ada@example.org","paying":true},
{"username":"alan","firstname":"Alan","lastname":"T","emailAddress":"planted-alan@example.org","paying":true}]"#;

/// A stand-in for `remote-users`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remote {
    /// The number of requests.
    pub(crate) calls: Arc<AtomicUsize>,
    /// The status and the body to return instead of [`USERS`].
    pub(crate) answer: Option<(u16, &'static str)>,
}

impl Remote {
    /// Starts the stand-in on a free port.
    pub(crate) async fn start(&self) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let routes = Router::new().route("/get_users", get(answer)).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, routes).await });
        Peer { host: "127.0.0.1".to_owned(), port }
    }
}

async fn answer(State(remote): State<Remote>, headers: HeaderMap) -> Response {
    assert!(headers.contains_key("traceparent"), "the context travels");
    remote.calls.fetch_add(1, Ordering::Relaxed);
    let (status, text) = remote.answer.unwrap_or((200, USERS));
    (axum::http::StatusCode::from_u16(status).unwrap(), [("content-type", "application/json")], text).into_response()
}

/// The running service.
#[derive(Debug)]
pub(crate) struct Users {
    /// `127.0.0.1:port`.
    pub(crate) address: String,
    /// Stops the service when it is canceled.
    pub(crate) stop: CancellationToken,
    /// Completes when the service has stopped.
    pub(crate) ended: JoinHandle<anyhow::Result<()>>,
}

/// Settings without cache refreshes.
pub(crate) fn config(redis: Peer, remote_users: Peer) -> Config {
    let anywhere = "127.0.0.1:0".parse().unwrap();
    let cache_ttl = Duration::from_secs(60);
    Config {
        http: anywhere,
        admin: anywhere,
        remote_users,
        redis,
        timeout_factor: Default::default(),
        refresh: None,
        cache_ttl,
        seed: Some(1),
        headers: Default::default(),
        websocket_tracing: WebSocketTracing::Manual,
        defect: None,
    }
}

impl Users {
    /// Starts the service.
    pub(crate) async fn start(config: Config) -> Self {
        recorder();
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = http.local_addr().unwrap().to_string();
        let stop = CancellationToken::new();
        let service = run(Listeners { http, admin }, Router::new(), config, stop.clone().cancelled_owned());
        Self { address, stop, ended: tokio::spawn(service) }
    }

    /// Requests a user. Returns the status and the trace ID.
    pub(crate) async fn get(&self) -> (u16, String) {
        let response = reqwest::get(format!("http://{}/user", self.address)).await.unwrap();
        (response.status().as_u16(), trace_id(response.headers()))
    }

    /// Requests a user. Returns the spans of the trace once there are `count`.
    pub(crate) async fn spans(&self, count: usize) -> Vec<RecordedSpan> {
        let (status, id) = self.get().await;
        assert_eq!(status, 200);
        recorder().wait_for(&id, count).await
    }
}

/// The first span of a kind with this name.
pub(crate) fn span<'a>(spans: &'a [RecordedSpan], kind: &str, name: &str) -> &'a RecordedSpan {
    spans.iter().find(|span| span.kind == kind && span.name == name).expect("there is such a span")
}
