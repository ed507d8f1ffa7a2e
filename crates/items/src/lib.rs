//! The service `items`: it calls `users` over HTTP and over a WebSocket, and publishes messages to Redis.
//!
//! # Layout
//! - [`config`]: the settings
//! - [`data`], [`users`]: `GET /data`, which returns a user from `users`
//! - [`acknowledge`], [`socket`], [`connector`], [`conversation`], [`frame`]: `GET /ws`, which sends a message to
//!   `users` over one long-lived WebSocket
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
pub mod publish;
pub mod socket;
pub mod users;

use std::future::Future;

use axum::Router;
use axum::routing::get;
use telemetry::http_client::Timeouts;
use telemetry::limits::{Limits, limited};
use telemetry::messaging::{Channel, Instrumented};
use telemetry::redis_client::{self, Redis};
use telemetry::{Patience, http_server, lifecycle};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::connector::{Connector, PATH};
use crate::hook::Hook;
use crate::socket::Socket;
use crate::users::Users;

/// The bound listeners.
#[derive(Debug)]
pub struct Listeners {
    /// For requests.
    pub http: TcpListener,
    /// For the admin routes: health, metrics, ended spans and sampler.
    pub admin: TcpListener,
}

/// The state that all handlers share.
#[derive(Debug, Clone)]
pub struct AppState {
    users: Users,
    redis: Redis,
    socket: Socket,
    channel: Channel,
    hook: Hook,
    way: Instrumented,
    patience: Patience,
}

impl AppState {
    /// Creates the state. Clients connect when they are first used.
    ///
    /// # Errors
    ///
    /// Returns an error if a client cannot be built.
    pub fn new(config: &Config, socket: Socket) -> anyhow::Result<Self> {
        let users = Users::new(&config.users, Timeouts::with(config.patience))?;
        let redis = Redis::new(config.redis.clone(), redis_client::Timeouts::with(config.patience))?;
        let (channel, hook) = (Channel::websocket(PATH), config.hook.clone());
        Ok(Self { users, redis, socket, channel, hook, way: config.way, patience: config.patience })
    }
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
