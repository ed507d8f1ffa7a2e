//! The service `items`: it calls `users` over HTTP and over a WebSocket, and publishes messages to Redis.
//!
//! # Layout
//! - [`config`], [`state`]: the settings, and the state that all handlers share
//! - [`data`], [`users`]: `GET /data`, which returns a user from `users`
//! - [`acknowledge`]: `GET /ws`, which sends a message to `users` over one long-lived WebSocket
//! - [`socket`], [`keeper`], [`connector`], [`conversation`]: that WebSocket: the handle for requests, the task that
//!   keeps it connected, the opening handshake, and one connection
//! - [`outgoing`], [`frame`], [`socket_error`]: an outgoing message, its reply, and the failures
//! - [`manual_tracing`], [`library_tracing`]: the two kinds of instrumentation for messages
//! - [`defect`]: planted defects
//! - [`publish`]: `GET /pub`, which publishes a message to a channel in Redis
//! - [`hook`]: additional attributes of SERVER spans
//! - [`error`]: errors and their responses

pub mod acknowledge;
pub mod config;
pub mod connector;
pub mod conversation;
pub mod data;
pub mod defect;
pub mod error;
pub mod frame;
pub mod hook;
pub mod keeper;
pub mod library_tracing;
pub mod manual_tracing;
pub mod outgoing;
pub mod publish;
pub mod socket;
pub mod socket_error;
pub mod state;
pub mod users;

use std::future::Future;

use anyhow::Context as _;
use axum::Router;
use axum::routing::get;
use telemetry::limits::{Limits, limited};
use telemetry::{AdminServer, Listeners, http_server, lifecycle};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::connector::Connector;
use crate::socket::Socket;
use crate::state::AppState;

/// The routes, with limits and tracing.
pub fn app(state: AppState) -> Router {
    let (hook, limits) = (state.hook.clone(), Limits::with(state.timeout_factor));
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
    let Listeners { http, admin: admin_listener } = listeners;
    tracing::info!(address = %http.local_addr()?, admin = %admin_listener.local_addr()?, "serving");
    // The WebSocket is closed after the last request, because requests that drain still use it.
    let drained = CancellationToken::new();
    let (socket, connection) = Socket::open(Connector::new(&config), config.timeout_factor, drained.clone());
    let app = app(AppState::new(&config, socket)?);
    let admin = AdminServer::start(admin_listener, admin);

    // Readiness does not depend on `users` or Redis. Without them `items` responds with errors.
    lifecycle::ready();
    let served = lifecycle::serve(http, app, async {
        shutdown.await;
        lifecycle::stopping();
    })
    .await;
    drained.cancel();
    connection.await?;
    admin.stop().await.context("the admin listener failed")?;
    served.context("the HTTP listener failed")
}
