//! The cached list of users (cache-aside): it reads Redis first, and on a miss it stores the response of
//! `remote-users` there.

use std::time::Duration;

use telemetry::redis_client::Redis;
use telemetry::{attributes, span};

use crate::remote::{RemoteUsers, RemoteUsersError};
use crate::user::{User, parse_list};

/// The key of the list in Redis.
pub const KEY: &str = "users";

/// The list of users, from the cache or from `remote-users`.
#[derive(Debug, Clone)]
pub struct UserCache {
    redis: Redis,
    remote: RemoteUsers,
    ttl: Duration,
}

/// The result of reading the cache.
enum Cached {
    Hit(Vec<User>),
    Miss,
    /// Redis failed, so the list is not stored either.
    Unavailable,
}

impl UserCache {
    /// Creates a cache for the list of `remote-users`. `ttl` is the expiry of the list in Redis.
    pub fn new(redis: Redis, remote: RemoteUsers, ttl: Duration) -> Self {
        Self { redis, remote, ttl }
    }

    /// Returns the list for one request, and sets the attribute `lab.cache.hit` of the current span.
    ///
    /// The list is stored before the response is sent. So a client that has the response can rely on a filled cache
    /// for the next request.
    ///
    /// # Errors
    ///
    /// Returns an error if the list is not cached and `remote-users` fails. A failure of Redis is not an error.
    pub async fn users(&self) -> Result<Vec<User>, RemoteUsersError> {
        let cached = self.cached().await;
        span::attribute(attributes::LAB_CACHE_HIT, matches!(cached, Cached::Hit(_)));
        match cached {
            Cached::Hit(users) => Ok(users),
            Cached::Miss => self.refresh().await,
            Cached::Unavailable => self.remote.fetch().await,
        }
    }

    /// Requests the list from `remote-users` and stores it.
    ///
    /// # Errors
    ///
    /// Returns an error if `remote-users` fails.
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
                    tracing::warn!(%error, "the cached list of users is invalid; requesting it again");
                    Cached::Miss
                },
                Cached::Hit,
            ),
            Err(error) => {
                // The span of the command shows the failure. The request continues without the cache.
                tracing::warn!(%error, "cannot read the cache");
                Cached::Unavailable
            }
        }
    }

    async fn store(&self, users: &[User]) {
        let text = serde_json::to_vec(users).expect("a list of strings is always JSON");
        if let Err(error) = self.redis.set(KEY, text, self.ttl).await {
            tracing::warn!(%error, "cannot write the cache");
        }
    }
}
