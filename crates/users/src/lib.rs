//! users: answers a random user.  It keeps the list of them in Redis and fetches it from remote-users.
//!
//! # Layout
//! - [`config`]: what the environment says
//! - [`cache`]: the list of users, Redis first
//! - [`remote`]: remote-users over HTTP
//! - [`refresh`]: the timer that refreshes the cache
//! - [`user`], [`choice`]: a user, and which one is picked
//! - [`socket`], [`message`]: the WebSocket and what travels over it
//! - [`by_tracing`], [`by_library`]: the two ways to have spans of messages, side by side
//! - [`defect`]: what can be made wrong on purpose
//! - [`error`]: what can go wrong

pub mod by_library;
pub mod by_tracing;
pub mod cache;
pub mod choice;
pub mod config;
pub mod defect;
pub mod error;
pub mod message;
pub mod refresh;
pub mod remote;
pub mod socket;
pub mod user;

use std::future::Future;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use telemetry::http_client::Timeouts;
use telemetry::http_server::CapturedHeaders;
use telemetry::limits::{Limits, limited};
use telemetry::redis_client::{self, Redis};
use telemetry::{Defect, KeyValue, attributes, http_server, lifecycle, span};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cache::UserCache;
use crate::choice::Choice;
use crate::config::Config;
use crate::error::UsersError;
use crate::remote::RemoteUsers;
use crate::socket::Sockets;
use crate::user::User;

/// The bound listeners.
#[derive(Debug)]
pub struct Listeners {
    /// For requests and WebSockets.
    pub http: TcpListener,
    /// For health, metrics and ended spans.
    pub admin: TcpListener,
}

/// What the handlers share.
#[derive(Debug, Clone)]
pub struct AppState {
    cache: UserCache,
    choice: Arc<Choice>,
    sockets: Sockets,
    headers: CapturedHeaders,
    limits: Limits,
    defect: Option<Defect>,
}

impl AppState {
    /// Connects to nobody yet.  `stop` closes the sockets.
    pub fn new(config: &Config, stop: CancellationToken) -> anyhow::Result<Self> {
        let redis = Redis::new(config.redis.clone(), redis_client::Timeouts::with(config.patience))?;
        let remote = RemoteUsers::new(&config.remote_users, Timeouts::with(config.patience))?;
        let seed = config.seed.unwrap_or_else(rand::random);
        tracing::info!(seed, "users are picked at random");
        Ok(Self {
            cache: UserCache::new(redis, remote, config.cache_ttl),
            choice: Choice::from_seed(seed).into(),
            headers: config.headers.clone(),
            limits: Limits::with(config.patience),
            sockets: Sockets::new(config, stop),
            defect: config.defect,
        })
    }
}

impl AppState {
    /// A user.  Which one is an event of the current span, whoever has made it.
    pub(crate) async fn user(&self) -> Result<User, UsersError> {
        let mut users = defect::beside(self.defect, self.cache.users()).await?;
        let (index, length) = (defect::index(self.defect, &self.choice, users.len()), users.len());
        span::event("user picked", [KeyValue::new(attributes::LAB_USER_INDEX, index as i64)]);
        if index >= length {
            return Err(UsersError::OutOfRange { index, length });
        }
        let user = users.swap_remove(index);
        // Stored, and useful to whoever samples later.  A head sampler cannot wait for it: this trace has been decided about.
        span::attribute(attributes::LAB_USER_PAYING, user.paying);
        Ok(user)
    }
}

/// The routes, traced.
pub fn app(state: AppState) -> Router {
    let (headers, limits) = (state.headers.clone(), state.limits);
    let routes = Router::new().route("/user", get(user)).route("/ws", get(socket::upgrade)).with_state(state);
    http_server::hooked(limited(routes, limits), headers)
}

/// Serves until `shutdown`, then until the last request is answered and the last socket is closed.
pub async fn run(
    listeners: Listeners,
    admin: Router,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (address, admin_address) = (listeners.http.local_addr()?, listeners.admin.local_addr()?);
    tracing::info!(%address, admin = %admin_address, "serving");
    let stop = CancellationToken::new();
    let state = AppState::new(&config, stop.clone())?;
    // The admin listener outlives the others: a drain can be watched.
    let drained = CancellationToken::new();
    let admin = tokio::spawn(lifecycle::serve(listeners.admin, admin, drained.clone().cancelled_owned()));
    let refresh = config.refresh.map(|every| tokio::spawn(refresh::every(every, state.cache.clone(), stop.clone())));
    let sockets = state.sockets.clone();

    lifecycle::ready();
    let result = lifecycle::serve(listeners.http, app(state), async move {
        shutdown.await;
        lifecycle::stopping();
        stop.cancel();
    });
    let result = result.await;
    sockets.closed().await;
    if let Some(refresh) = refresh {
        refresh.await?;
    }
    drained.cancel();
    admin.await??;
    Ok(result?)
}

async fn user(State(state): State<AppState>) -> Result<Json<User>, UsersError> {
    state.user().await.map(Json)
}
