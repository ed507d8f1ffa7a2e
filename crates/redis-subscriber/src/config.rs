//! Reads the settings of `redis-subscriber` from the environment.

use std::net::SocketAddr;

use telemetry::messaging::Parent;
use telemetry::{Parser, Peer, TimeoutFactor};

/// The name of the channel.
pub const CHANNEL: &str = "my-channel";

/// The variable with the relation between CONSUMER and PRODUCER span: `child` (the default), or `link` for a new
/// trace with a link.
pub const ENV_PARENT: &str = "LAB_SUBSCRIBER_PARENT";

/// One sentence for `--help`.
pub const ABOUT: &str = "Processes the messages of a channel in Redis, each in a CONSUMER span.";

/// The settings of `redis-subscriber`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address of the admin listener: `LAB_LISTEN` and `LAB_REDIS_SUBSCRIBER_ADMIN` (9467 by default).
    pub admin: SocketAddr,
    /// The address of Redis: `LAB_REDIS_HOST` and `LAB_REDIS_TCP` (6379 by default).
    pub redis: Peer,
    /// The factor for all timeouts, from `LAB_TIMEOUT_FACTOR`.
    pub timeout_factor: TimeoutFactor,
    /// The relation between CONSUMER and PRODUCER span, from [`ENV_PARENT`].
    pub parent: Parent,
}

impl Config {
    /// Reads all variables. The parser collects the invalid ones.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        Self {
            admin: parser.listen("LAB_REDIS_SUBSCRIBER_ADMIN", 9467),
            redis: parser.peer("LAB_REDIS_HOST", "LAB_REDIS_TCP", 6379),
            timeout_factor: TimeoutFactor::read(parser),
            parent: parser.one_of(ENV_PARENT, Parent::Child, &[("child", Parent::Child), ("link", Parent::Link)]),
        }
    }
}
