//! The failures of a subscription. Each is logged and followed by another attempt; none ends the process.

use thiserror::Error;

/// A failed attempt to subscribe, or a lost subscription.
#[derive(Debug, Error)]
pub enum SubscriptionError {
    /// Redis is unreachable or returned an error.
    #[error("the connection to Redis failed: {0}")]
    Redis(#[from] redis::RedisError),
    /// Redis did not respond in time.
    #[error("no response from Redis within the time limit")]
    Timeout,
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
            Self::Timeout => "timeout",
            Self::Closed => "closed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of a variant. Add a new variant to `subscription_errors`, too.
    fn name(error: &SubscriptionError) -> &'static str {
        match error {
            SubscriptionError::Redis(_) => "Redis",
            SubscriptionError::Timeout => "Timeout",
            SubscriptionError::Closed => "Closed",
        }
    }

    #[test]
    fn subscription_errors() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let errors = [SubscriptionError::Redis(refused.into()), SubscriptionError::Timeout, SubscriptionError::Closed];
        let lines = errors.map(|error| format!("SubscriptionError::{}: {error}", name(&error)));
        insta::assert_snapshot!(lines.join("\n"));
    }
}
