//! The state that all handlers share.

use telemetry::Patience;
use telemetry::http_client::Timeouts;
use telemetry::messaging::{Channel, Instrumented};
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
    pub(crate) way: Instrumented,
    pub(crate) patience: Patience,
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
