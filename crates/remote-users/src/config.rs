//! Reads the settings of `remote-users` from the environment.

use std::net::SocketAddr;

use telemetry::Parser;
use telemetry::http_server::CapturedHeaders;

/// The variable with the seed of the fictitious people. By default each process uses a random seed.
pub const ENV_SEED: &str = "LAB_SEED";

/// One sentence for `--help`.
pub const ABOUT: &str = "Returns a list of fictitious users.";

/// The settings of `remote-users`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address for requests: `LAB_LISTEN` and `LAB_REMOTE_USERS_HTTP` (8001 by default).
    pub http: SocketAddr,
    /// The address of the admin listener: `LAB_LISTEN` and `LAB_REMOTE_USERS_ADMIN` (9465 by default).
    pub admin: SocketAddr,
    /// The request headers that are recorded on SERVER spans.
    pub headers: CapturedHeaders,
    /// The seed, from [`ENV_SEED`]; `None` means a random seed.
    pub seed: Option<u64>,
}

impl Config {
    /// Reads all variables. The parser collects the invalid ones.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        Self {
            http: parser.listen("LAB_REMOTE_USERS_HTTP", 8001),
            admin: parser.listen("LAB_REMOTE_USERS_ADMIN", 9465),
            headers: CapturedHeaders::read(parser),
            seed: parser.optional_integer(ENV_SEED, 0..=u64::MAX),
        }
    }
}
