//! The list of users, cache-aside: Redis first, then remote-users, whose answer Redis keeps for the next request.

use std::time::Duration;

use telemetry::redis_client::Redis;
use telemetry::{attributes, span};

use crate::remote::{RemoteUsers, RemoteUsersError};
use crate::user::{User, parse_list};

/// The key in Redis.
pub const KEY: &str = "users";

/// Where the list of users comes from.
#[derive(Debug, Clone)]
pub struct UserCache {
    redis: Redis,
    remote: RemoteUsers,
    ttl: Duration,
}

/// What Redis said.
enum Cached {
    Hit(Vec<User>),
    Miss,
    /// Redis itself failed, so there is no point in asking it to keep anything.
    Down,
}

impl UserCache {
    /// Puts a cache in front of remote-users.
    pub fn new(redis: Redis, remote: RemoteUsers, ttl: Duration) -> Self {
        Self { redis, remote, ttl }
    }

    /// The list for one request.  Whether it was cached is an attribute of the request's span.
    ///
    /// The list is stored before the request is answered: a client that has its answer knows that the next request
    /// finds the cache filled.
    pub async fn users(&self) -> Result<Vec<User>, RemoteUsersError> {
        let cached = self.cached().await;
        span::attribute(attributes::LAB_CACHE_HIT, matches!(cached, Cached::Hit(_)));
        match cached {
            Cached::Hit(users) => Ok(users),
            Cached::Miss => self.refresh().await,
            Cached::Down => self.remote.fetch().await,
        }
    }

    /// Fetches the list from remote-users and stores it.
    pub async fn refresh(&self) -> Result<Vec<User>, RemoteUsersError> {
        let users = self.remote.fetch().await?;
        self.store(&users).await;
        Ok(users)
    }

    async fn cached(&self) -> Cached {
        match self.redis.get(KEY).await {
            Ok(None) => Cached::Miss,
            Ok(Some(text)) => parse_list(&text).map_or_else(
                |error| {
                    tracing::warn!(%error, "the cached list is no list and is fetched again");
                    Cached::Miss
                },
                Cached::Hit,
            ),
            Err(error) => {
                // The command's own span has the failure; the request goes on without a cache.
                tracing::warn!(%error, "the cache cannot be read");
                Cached::Down
            }
        }
    }

    async fn store(&self, users: &[User]) {
        let text = serde_json::to_vec(users).expect("a list of strings is always JSON");
        if let Err(error) = self.redis.set(KEY, text, self.ttl).await {
            tracing::warn!(%error, "the cache cannot be written");
        }
    }
}
