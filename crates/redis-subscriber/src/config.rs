//! What the environment says about this service.

use std::net::SocketAddr;

use telemetry::messaging::Parent;
use telemetry::{Parser, Patience, Peer};

/// How a message's span is tied to that of its sender: `child` of it, or the root of a trace of its own with a `link` to it.
pub const ENV_PARENT: &str = "LAB_SUBSCRIBER_PARENT";

/// What `--help` prints.
pub const HELP: &str = "listens on the channel in Redis.  Configured by LAB_LISTEN, LAB_REDIS_SUBSCRIBER_ADMIN, \
                        LAB_REDIS_HOST, LAB_REDIS_TCP, LAB_SUBSCRIBER_PARENT, LAB_TIMEOUT_FACTOR and the OTEL_* variables.";

/// The configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where health, metrics and ended spans are asked for.
    pub admin: SocketAddr,
    /// Where Redis is.
    pub redis: Peer,
    /// How long Redis is waited for.
    pub patience: Patience,
    /// See [`ENV_PARENT`].
    pub parent: Parent,
}

impl Config {
    /// Reads every variable; the parser remembers the bad ones.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        Self {
            admin: parser.listen("LAB_REDIS_SUBSCRIBER_ADMIN", 9467),
            redis: parser.peer("LAB_REDIS_HOST", "LAB_REDIS_TCP", 6379),
            patience: Patience::read(parser),
            parent: parser.one_of(ENV_PARENT, Parent::Child, &[("child", Parent::Child), ("link", Parent::Link)]),
        }
    }
}
