//! What a test of users stands in: the service on ports of its own, a real Redis, a remote-users that does as it is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use telemetry::Peer;
use telemetry::testing::{RecordedSpan, recorder, trace_id};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use users::{Listeners, config::Config, run};

/// Two users, as remote-users answers them.
pub const USERS: &str = r#"[{"username":"ada","firstname":"Ada","lastname":"L","emailAddress":"planted-ada@example.org"},
{"username":"alan","firstname":"Alan","lastname":"T","emailAddress":"planted-alan@example.org"}]"#;

/// A stand-in for remote-users.
#[derive(Debug, Clone, Default)]
pub struct Remote {
    /// How often it was called.
    pub calls: Arc<AtomicUsize>,
    /// What it answers instead of [`USERS`].
    pub answer: Option<(u16, &'static str)>,
}

impl Remote {
    /// Starts it.
    pub async fn start(&self) -> Peer {
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
pub struct Users {
    /// `127.0.0.1:port`.
    pub address: String,
    /// Tells it to stop.
    pub stop: CancellationToken,
    /// Ends when it has stopped.
    pub ended: JoinHandle<anyhow::Result<()>>,
}

/// A configuration without a timer.
pub fn config(redis: Peer, remote_users: Peer) -> Config {
    let anywhere = "127.0.0.1:0".parse().unwrap();
    let cache_ttl = Duration::from_secs(60);
    Config { http: anywhere, admin: anywhere, remote_users, redis, refresh: None, cache_ttl, seed: Some(1) }
}

/// Somewhere that nobody listens.
pub async fn nobody() -> Peer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Peer { host: "127.0.0.1".to_owned(), port: listener.local_addr().unwrap().port() }
}

impl Users {
    /// Starts the service.
    pub async fn start(config: Config) -> Self {
        recorder();
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = http.local_addr().unwrap().to_string();
        let stop = CancellationToken::new();
        let service = run(Listeners { http, admin }, Router::new(), config, stop.clone().cancelled_owned());
        Self { address, stop, ended: tokio::spawn(service) }
    }

    /// Asks for a user: the status, and the id of the trace.
    pub async fn get(&self) -> (u16, String) {
        let response = reqwest::get(format!("http://{}/user", self.address)).await.unwrap();
        (response.status().as_u16(), trace_id(response.headers()))
    }

    /// Asks for a user, and gives the spans of the trace, which should be so many.
    pub async fn spans(&self, count: usize) -> Vec<RecordedSpan> {
        let (status, id) = self.get().await;
        assert_eq!(status, 200);
        recorder().wait_for(&id, count).await
    }
}

/// The one span of a kind.
pub fn span<'a>(spans: &'a [RecordedSpan], kind: &str, name: &str) -> &'a RecordedSpan {
    spans.iter().find(|span| span.kind == kind && span.name == name).expect("there is such a span")
}
