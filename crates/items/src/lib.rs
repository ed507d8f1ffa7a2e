//! The service `items`: it calls `users` over HTTP and over a WebSocket, and publishes messages to Redis.
//!
//! # Layout
//! - [`config`], [`state`]: the settings, and the state that all handlers share
//! - [`data`], [`users`]: `GET /data`, which returns a user from `users`
//! - [`acknowledge`]: `GET /ws`, which sends a message to `users` over one long-lived WebSocket
//! - [`socket`], [`keeper`], [`connector`], [`conversation`]: that WebSocket: the handle for requests, the task that
//!   keeps it connected, the opening handshake, and one connection
//! - [`outgoing`], [`frame`], [`socket_error`]: a message on its way, its reply, and the failures
//! - [`by_tracing`], [`by_library`]: the two kinds of instrumentation for messages
//! - [`defect`]: planted defects
//! - [`publish`]: `GET /pub`, which publishes a message to a channel in Redis
//! - [`hook`]: additional attributes of SERVER spans
//! - [`error`]: errors and their responses

pub mod acknowledge;
pub mod by_library;
pub mod by_tracing;
pub mod config;
pub mod connector;
pub mod conversation;
pub mod data;
pub mod defect;
pub mod error;
pub mod frame;
pub mod hook;
pub mod keeper;
pub mod outgoing;
pub mod publish;
pub mod socket;
pub mod socket_error;
pub mod state;
pub mod users;

use std::future::Future;

use axum::Router;
use axum::routing::get;
use telemetry::limits::{Limits, limited};
use telemetry::{http_server, lifecycle};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::connector::Connector;
use crate::socket::Socket;
use crate::state::AppState;

/// The bound listeners.
#[derive(Debug)]
pub struct Listeners {
    /// For requests.
    pub http: TcpListener,
    /// For the admin routes: health, metrics, ended spans and sampler.
    pub admin: TcpListener,
}

/// The routes, with limits and tracing.
pub fn app(state: AppState) -> Router {
    let (hook, limits) = (state.hook.clone(), Limits::with(state.patience));
    let routes = Router::new()
        .route("/data", get(data::data))
        .route("/ws", get(acknowledge::acknowledge))
        .route("/pub", get(publish::publish))
        .with_state(state);
    http_server::hooked(limited(routes, limits), hook)
}

/// Serves until `shutdown` completes. Returns when the last request has its response and the WebSocket to `users` is
/// closed.
///
/// # Errors
///
/// Returns an error if a client cannot be built or a listener fails.
pub async fn run(
    listeners: Listeners,
    admin: Router,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (address, admin_address) = (listeners.http.local_addr()?, listeners.admin.local_addr()?);
    tracing::info!(%address, admin = %admin_address, "serving");
    // The WebSocket and the admin listener stop after the last request: requests that drain still use the WebSocket,
    // and the admin listener shows the drain.
    let drained = CancellationToken::new();
    let (socket, connection) = Socket::open(Connector::new(&config), config.patience, drained.clone());
    let app = app(AppState::new(&config, socket)?);
    let admin = tokio::spawn(lifecycle::serve(listeners.admin, admin, drained.clone().cancelled_owned()));

    // Readiness does not depend on `users` or Redis. Without them `items` responds with errors.
    lifecycle::ready();
    let served = lifecycle::serve(listeners.http, app, async {
        shutdown.await;
        lifecycle::stopping();
    });
    let result = served.await;
    drained.cancel();
    connection.await?;
    admin.await??;
    Ok(result?)
}
