//! Why there is no subscription.  It is logged and tried again: nothing of this ends the process.

use thiserror::Error;

/// An attempt to subscribe that failed, or a subscription that broke.
#[derive(Debug, Error)]
pub enum SubscriptionError {
    /// Redis refused, or cannot be reached.
    #[error("Redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// Redis was reached and said nothing.
    #[error("Redis did not answer in time")]
    Silent,
    /// Redis, or the network, closed the connection.
    #[error("the connection to Redis was closed")]
    Closed,
}

impl SubscriptionError {
    /// A few distinct words, for the counter.
    #[must_use]
    pub fn error_type(&self) -> &'static str {
        match self {
            Self::Redis(_) => "connection_error",
            Self::Silent => "timeout",
            Self::Closed => "closed",
        }
    }
}
