//! The state that all handlers share, and how it picks a user.

use std::sync::Arc;

use anyhow::Context as _;
use telemetry::http_client::Timeouts;
use telemetry::http_server::CapturedHeaders;
use telemetry::limits::Limits;
use telemetry::redis_client::{self, Redis};
use telemetry::{Defect, KeyValue, attributes, span};
use tokio_util::sync::CancellationToken;

use crate::cache::UserCache;
use crate::choice::Choice;
use crate::config::Config;
use crate::defect;
use crate::error::UsersError;
use crate::remote::RemoteUsers;
use crate::sockets::Sockets;
use crate::user::User;

/// The clients, the settings and the open WebSockets that handlers use.
#[derive(Debug, Clone)]
pub struct AppState {
    pub(crate) cache: UserCache,
    choice: Arc<Choice>,
    pub(crate) sockets: Sockets,
    pub(crate) headers: CapturedHeaders,
    pub(crate) limits: Limits,
    defect: Option<Defect>,
}

impl AppState {
    /// Creates the state. Clients connect when they are first used. Canceling `stop` closes the WebSockets.
    ///
    /// # Errors
    ///
    /// Returns an error if a client cannot be built.
    pub fn new(config: &Config, stop: CancellationToken) -> anyhow::Result<Self> {
        let redis = Redis::new(config.redis.clone(), redis_client::Timeouts::with(config.timeout_factor));
        let redis = redis.context("invalid address of Redis")?;
        let remote = RemoteUsers::new(&config.remote_users, Timeouts::with(config.timeout_factor))
            .context("cannot build the HTTP client")?;
        let seed = config.seed.unwrap_or_else(rand::random);
        tracing::info!(seed, "users are picked at random");
        Ok(Self {
            cache: UserCache::new(redis, remote, config.cache_ttl),
            choice: Choice::from_seed(seed).into(),
            headers: config.headers.clone(),
            limits: Limits::with(config.timeout_factor),
            sockets: Sockets::new(config, stop),
            defect: config.defect,
        })
    }

    /// Picks a user, and adds the event `user picked` to the current span, with either kind of instrumentation.
    pub(crate) async fn user(&self) -> Result<User, UsersError> {
        let mut users = defect::not_current(self.defect, self.cache.users()).await?;
        let (index, length) = (defect::random_index(self.defect, &self.choice, users.len()), users.len());
        span::event("user picked", [KeyValue::new(attributes::LAB_USER_INDEX, index as i64)]);
        if index >= length {
            return Err(UsersError::OutOfRange { index, length });
        }
        let user = users.swap_remove(index);
        // This attribute is stored and available to tail samplers. Head samplers have already decided.
        span::attribute(attributes::LAB_USER_PAYING, user.paying);
        Ok(user)
    }
}
