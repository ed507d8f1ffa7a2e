//! Reads the settings of `users` from the environment.

use std::net::SocketAddr;
use std::time::Duration;

use telemetry::http_server::CapturedHeaders;
use telemetry::messaging::WebSocketTracing;
use telemetry::{Defect, Parser, Peer, TimeoutFactor};

use crate::defect;

/// The variable with the seed for picking users. By default each process uses a random seed.
pub const ENV_SEED: &str = "LAB_SEED";
/// The variable with the interval of cache refreshes, in milliseconds; 60,000 by default. The first refresh happens
/// after one interval. 0 disables refreshes.
pub const ENV_REFRESH_MS: &str = "LAB_USERS_REFRESH_MS";
/// The variable with the expiry of the list in Redis, in seconds; 300 by default.
pub const ENV_CACHE_TTL_S: &str = "LAB_USERS_CACHE_TTL_S";

/// One sentence for `--help`.
pub const ABOUT: &str = "Returns a random user. Caches the list of users in Redis.";

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The settings of `users`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address for requests and WebSockets: `LAB_LISTEN` and `LAB_USERS_HTTP` (8000 by default).
    pub http: SocketAddr,
    /// The address of the admin listener: `LAB_LISTEN` and `LAB_USERS_ADMIN` (9464 by default).
    pub admin: SocketAddr,
    /// The address of `remote-users`: `LAB_REMOTE_USERS_HOST` and `LAB_REMOTE_USERS_HTTP` (8001 by default).
    pub remote_users: Peer,
    /// The address of Redis: `LAB_REDIS_HOST` and `LAB_REDIS_TCP` (6379 by default).
    pub redis: Peer,
    /// The factor for all timeouts, from `LAB_TIMEOUT_FACTOR`.
    pub timeout_factor: TimeoutFactor,
    /// The refresh interval, from [`ENV_REFRESH_MS`]; `None` disables refreshes.
    pub refresh: Option<Duration>,
    /// The expiry of the list in Redis, from [`ENV_CACHE_TTL_S`].
    pub cache_ttl: Duration,
    /// The request headers that are recorded on SERVER spans.
    pub headers: CapturedHeaders,
    /// The seed, from [`ENV_SEED`]; `None` means a random seed.
    pub seed: Option<u64>,
    /// The instrumentation of WebSocket messages, from `LAB_WS_INSTRUMENTATION`.
    pub websocket_tracing: WebSocketTracing,
    /// The planted defect, from `LAB_DEFECT`.
    pub defect: Option<Defect>,
}

impl Config {
    /// Reads all variables. The parser collects the invalid ones.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        let refresh_ms = parser.integer(ENV_REFRESH_MS, 60_000, 0..=DAY_MS);
        Self {
            http: parser.listen("LAB_USERS_HTTP", 8000),
            admin: parser.listen("LAB_USERS_ADMIN", 9464),
            remote_users: parser.peer("LAB_REMOTE_USERS_HOST", "LAB_REMOTE_USERS_HTTP", 8001),
            redis: parser.peer("LAB_REDIS_HOST", "LAB_REDIS_TCP", 6379),
            timeout_factor: TimeoutFactor::read(parser),
            refresh: (refresh_ms > 0).then(|| Duration::from_millis(refresh_ms)),
            cache_ttl: parser.seconds(ENV_CACHE_TTL_S, Duration::from_secs(300)),
            headers: CapturedHeaders::read(parser),
            seed: parser.optional_integer(ENV_SEED, 0..=u64::MAX),
            websocket_tracing: WebSocketTracing::read(parser),
            defect: Defect::read(parser, &defect::KNOWN),
        }
    }
}
