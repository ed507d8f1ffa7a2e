//! items: the service in front.  It calls users over HTTP and over a WebSocket, and publishes to Redis.
//!
//! # Layout
//! - [`config`]: what the environment says
//! - [`data`], [`users`]: a user, asked of users
//! - [`acknowledge`], [`socket`], [`connector`], [`conversation`], [`frame`]: a message to users over the one long-lived
//!   socket
//! - [`by_tracing`], [`by_library`]: the two ways to have spans of messages, side by side
//! - [`defect`]: what can be made wrong on purpose
//! - [`publish`]: a message to the channel in Redis
//! - [`hook`]: what is added to the spans of requests
//! - [`error`]: what can go wrong

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
    /// For health, metrics and ended spans.
    pub admin: TcpListener,
}

/// What the handlers share.
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
    /// Everything but the socket connects when it is first needed.
    pub fn new(config: &Config, socket: Socket) -> anyhow::Result<Self> {
        let users = Users::new(&config.users, Timeouts::with(config.patience))?;
        let redis = Redis::new(config.redis.clone(), redis_client::Timeouts::with(config.patience))?;
        let (channel, hook) = (Channel::websocket(PATH), config.hook.clone());
        Ok(Self { users, redis, socket, channel, hook, way: config.way, patience: config.patience })
    }
}

/// The routes, traced.
pub fn app(state: AppState) -> Router {
    let (hook, limits) = (state.hook.clone(), Limits::with(state.patience));
    let routes = Router::new()
        .route("/data", get(data::data))
        .route("/ws", get(acknowledge::acknowledge))
        .route("/pub", get(publish::publish))
        .with_state(state);
    http_server::hooked(limited(routes, limits), hook)
}

/// Serves until `shutdown`, then until the last request is answered and the socket to users is closed.
pub async fn run(
    listeners: Listeners,
    admin: Router,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (address, admin_address) = (listeners.http.local_addr()?, listeners.admin.local_addr()?);
    tracing::info!(%address, admin = %admin_address, "serving");
    // The socket and the admin listener outlive the requests: those that are drained still need the one, and a drain
    // can be watched on the other.
    let drained = CancellationToken::new();
    let (socket, connection) = Socket::open(Connector::new(&config), config.patience, drained.clone());
    let app = app(AppState::new(&config, socket)?);
    let admin = tokio::spawn(lifecycle::serve(listeners.admin, admin, drained.clone().cancelled_owned()));

    // Users and Redis are no condition: items answers without them, if only that it cannot.
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
