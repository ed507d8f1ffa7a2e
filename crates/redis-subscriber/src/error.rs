//! The reasons why there is no subscription; each is logged and followed by another attempt, and none ends the
//! process.

use thiserror::Error;

/// A failed attempt to subscribe, or a lost subscription.
#[derive(Debug, Error)]
pub enum SubscriptionError {
    /// Redis is unreachable or returned an error.
    #[error("Redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// Redis did not respond in time.
    #[error("Redis did not answer in time")]
    Silent,
    /// The connection to Redis was closed.
    #[error("the connection to Redis was closed")]
    Closed,
}

impl SubscriptionError {
    /// The value of `error.type` for the connection counter.
    #[must_use]
    pub fn error_type(&self) -> &'static str {
        match self {
            Self::Redis(_) => "connection_error",
            Self::Silent => "timeout",
            Self::Closed => "closed",
        }
    }
}
