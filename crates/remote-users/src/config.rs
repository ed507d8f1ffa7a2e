//! What the environment says about this service.

use std::net::SocketAddr;

use telemetry::Parser;
use telemetry::http_server::CapturedHeaders;

/// The seed of the fictitious people; without it they are different in every process.
pub const ENV_SEED: &str = "LAB_SEED";

/// What `--help` prints.
pub const HELP: &str = "serves fictitious users.  Configured by LAB_LISTEN, LAB_REMOTE_USERS_HTTP, \
                        LAB_REMOTE_USERS_ADMIN, LAB_SEED and the OTEL_* variables.";

/// The configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where requests come in.
    pub http: SocketAddr,
    /// Where health, metrics and ended spans are asked for.
    pub admin: SocketAddr,
    /// The request headers that are recorded.
    pub headers: CapturedHeaders,
    /// See [`ENV_SEED`].
    pub seed: Option<u64>,
}

impl Config {
    /// Reads every variable; the parser remembers the bad ones.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        Self {
            http: parser.listen("LAB_REMOTE_USERS_HTTP", 8001),
            admin: parser.listen("LAB_REMOTE_USERS_ADMIN", 9465),
            headers: CapturedHeaders::read(parser),
            seed: parser.optional_whole(ENV_SEED, 0..=u64::MAX),
        }
    }
}
