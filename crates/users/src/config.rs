//! What the environment says about this service.

use std::net::SocketAddr;
use std::time::Duration;

use telemetry::http_server::CapturedHeaders;
use telemetry::messaging::Instrumented;
use telemetry::{Defect, Parser, Patience, Peer};

use crate::defect;

/// The seed of the choice of users; without it the choice is different in every process.
pub const ENV_SEED: &str = "LAB_SEED";
/// How often the cache is refreshed, in milliseconds; the first time after one interval; 0 never.
pub const ENV_REFRESH_MS: &str = "LAB_USERS_REFRESH_MS";
/// How long Redis keeps the list of users, in seconds.
pub const ENV_CACHE_TTL_S: &str = "LAB_USERS_CACHE_TTL_S";

/// What `--help` prints.
pub const HELP: &str = "answers a random user, from a cache in Redis.  Configured by LAB_LISTEN, LAB_USERS_HTTP, \
                        LAB_USERS_ADMIN, LAB_REMOTE_USERS_HOST, LAB_REMOTE_USERS_HTTP, LAB_REDIS_HOST, LAB_REDIS_TCP, \
                        LAB_USERS_REFRESH_MS, LAB_USERS_CACHE_TTL_S, LAB_SEED, LAB_TIMEOUT_FACTOR, \
                        LAB_WS_INSTRUMENTATION, LAB_DEFECT and the OTEL_* variables.";

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where requests and WebSockets come in.
    pub http: SocketAddr,
    /// Where health, metrics and ended spans are asked for.
    pub admin: SocketAddr,
    /// Where remote-users is.
    pub remote_users: Peer,
    /// Where Redis is.
    pub redis: Peer,
    /// How long remote-users and Redis are waited for.
    pub patience: Patience,
    /// See [`ENV_REFRESH_MS`].
    pub refresh: Option<Duration>,
    /// See [`ENV_CACHE_TTL_S`].
    pub cache_ttl: Duration,
    /// The request headers that are recorded.
    pub headers: CapturedHeaders,
    /// See [`ENV_SEED`].
    pub seed: Option<u64>,
    /// Who makes the spans of WebSocket messages.
    pub way: Instrumented,
    /// What is to be wrong.
    pub defect: Option<Defect>,
}

impl Config {
    /// Reads every variable; the parser remembers the bad ones.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        let refresh_ms = parser.whole(ENV_REFRESH_MS, 60_000, 0..=DAY_MS);
        Self {
            http: parser.listen("LAB_USERS_HTTP", 8000),
            admin: parser.listen("LAB_USERS_ADMIN", 9464),
            remote_users: parser.peer("LAB_REMOTE_USERS_HOST", "LAB_REMOTE_USERS_HTTP", 8001),
            redis: parser.peer("LAB_REDIS_HOST", "LAB_REDIS_TCP", 6379),
            patience: Patience::read(parser),
            refresh: (refresh_ms > 0).then(|| Duration::from_millis(refresh_ms)),
            cache_ttl: parser.seconds(ENV_CACHE_TTL_S, Duration::from_secs(300)),
            headers: CapturedHeaders::read(parser),
            seed: parser.optional_whole(ENV_SEED, 0..=u64::MAX),
            way: Instrumented::read(parser),
            defect: Defect::read(parser, &defect::KNOWN),
        }
    }
}
