//! The state that all handlers share.

use anyhow::Context as _;
use telemetry::TimeoutFactor;
use telemetry::http_client::Timeouts;
use telemetry::messaging::{Channel, WebSocketTracing};
use telemetry::redis_client::{self, Redis};

use crate::config::Config;
use crate::connector::PATH;
use crate::hook::Hook;
use crate::socket::Socket;
use crate::users::Users;

/// The clients and the settings that handlers use.
#[derive(Debug, Clone)]
pub struct AppState {
    pub(crate) users: Users,
    pub(crate) redis: Redis,
    pub(crate) socket: Socket,
    pub(crate) channel: Channel,
    pub(crate) hook: Hook,
    pub(crate) websocket_tracing: WebSocketTracing,
    pub(crate) timeout_factor: TimeoutFactor,
}

impl AppState {
    /// Creates the state. Clients connect when they are first used.
    ///
    /// # Errors
    ///
    /// Returns an error if a client cannot be built.
    pub fn new(config: &Config, socket: Socket) -> anyhow::Result<Self> {
        let users =
            Users::new(&config.users, Timeouts::with(config.timeout_factor)).context("cannot build the HTTP client")?;
        let redis = Redis::new(config.redis.clone(), redis_client::Timeouts::with(config.timeout_factor));
        let redis = redis.context("invalid address of Redis")?;
        let (channel, hook) = (Channel::websocket(PATH), config.hook.clone());
        let (websocket_tracing, timeout_factor) = (config.websocket_tracing, config.timeout_factor);
        Ok(Self { users, redis, socket, channel, hook, websocket_tracing, timeout_factor })
    }
}
