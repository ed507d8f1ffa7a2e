//! The service `users`: it returns a random user, and caches the list of users from `remote-users` in Redis.
//!
//! # Layout
//! - [`config`], [`state`]: the settings, and the state that all handlers share
//! - [`cache`]: the list of users, from Redis first
//! - [`remote`]: the HTTP client for `remote-users`
//! - [`refresh`]: the timer that refreshes the cache
//! - [`user`], [`choice`]: a user, and the random choice
//! - [`sockets`], [`socket`], [`message`]: the open WebSockets, one of them, and its messages
//! - [`manual_tracing`], [`library_tracing`]: the two kinds of instrumentation for messages
//! - [`defect`]: planted defects
//! - [`error`]: errors and their responses

pub mod cache;
pub mod choice;
pub mod config;
pub mod defect;
pub mod error;
pub mod library_tracing;
pub mod manual_tracing;
pub mod message;
pub mod refresh;
pub mod remote;
pub mod socket;
pub mod sockets;
pub mod state;
pub mod user;

use std::future::Future;

use anyhow::Context as _;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use telemetry::http_server::RequestTracing;
use telemetry::limits::limited;
use telemetry::{AdminServer, Listeners, lifecycle};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::error::UsersError;
use crate::sockets::PATH;
use crate::state::AppState;
use crate::user::User;

/// The routes, with limits and tracing.
pub fn app(state: AppState) -> Router {
    let (headers, limits) = (state.headers.clone(), state.limits);
    let routes = Router::new().route("/user", get(user)).route(PATH, get(socket::upgrade)).with_state(state);
    RequestTracing::hooked(headers).with_websocket(PATH).over(limited(routes, limits))
}

/// Serves until `shutdown` completes. Returns when the last request has its response and the last WebSocket is
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
    let stop = CancellationToken::new();
    let state = AppState::new(&config, stop.clone())?;
    let admin = AdminServer::start(admin_listener, admin);
    let refresh = config.refresh.map(|every| tokio::spawn(refresh::every(every, state.cache.clone(), stop.clone())));
    let sockets = state.sockets.clone();

    lifecycle::ready();
    let served = lifecycle::serve(http, app(state), async move {
        shutdown.await;
        lifecycle::stopping();
        stop.cancel();
    })
    .await;
    sockets.closed().await;
    if let Some(refresh) = refresh {
        refresh.await?;
    }
    admin.stop().await.context("the admin listener failed")?;
    served.context("the HTTP listener failed")
}

async fn user(State(state): State<AppState>) -> Result<Json<User>, UsersError> {
    state.user().await.map(Json)
}
