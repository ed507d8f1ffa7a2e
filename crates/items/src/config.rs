//! What the environment says about this service.

use std::net::SocketAddr;

use telemetry::messaging::Instrumented;
use telemetry::{Defect, Parser, Patience, Peer};

use crate::defect;
use crate::hook::Hook;

/// What `--help` prints.
pub const HELP: &str = "the service in front: calls users over HTTP and a WebSocket, publishes to Redis.  Configured by \
                        LAB_LISTEN, LAB_ITEMS_HTTP, LAB_ITEMS_ADMIN, LAB_USERS_HOST, LAB_USERS_HTTP, LAB_REDIS_HOST, \
                        LAB_REDIS_TCP, LAB_ITEMS_REQUEST_HOOK, LAB_WS_INSTRUMENTATION, LAB_TIMEOUT_FACTOR, LAB_DEFECT and the OTEL_* variables.";

/// The configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where requests come in.
    pub http: SocketAddr,
    /// Where health, metrics and ended spans are asked for.
    pub admin: SocketAddr,
    /// Where users is, for requests and for the socket.
    pub users: Peer,
    /// Where Redis is.
    pub redis: Peer,
    /// How long users and Redis are waited for.
    pub patience: Patience,
    /// What is added to the spans of requests.
    pub hook: Hook,
    /// Who makes the spans of WebSocket messages.
    pub way: Instrumented,
    /// What is to be wrong.
    pub defect: Option<Defect>,
}

impl Config {
    /// Reads every variable; the parser remembers the bad ones.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        Self {
            http: parser.listen("LAB_ITEMS_HTTP", 8002),
            admin: parser.listen("LAB_ITEMS_ADMIN", 9466),
            users: parser.peer("LAB_USERS_HOST", "LAB_USERS_HTTP", 8000),
            redis: parser.peer("LAB_REDIS_HOST", "LAB_REDIS_TCP", 6379),
            patience: Patience::read(parser),
            hook: Hook::read(parser),
            way: Instrumented::read(parser),
            defect: Defect::read(parser, &defect::KNOWN),
        }
    }
}
