//! Reads the settings of `items` from the environment.

use std::net::SocketAddr;

use telemetry::messaging::WebSocketTracing;
use telemetry::{Defect, Parser, Peer, TimeoutFactor};

use crate::defect;
use crate::hook::Hook;

/// One sentence for `--help`.
pub const ABOUT: &str = "Calls `users` over HTTP and a WebSocket, and publishes messages to a channel in Redis.";

/// The settings of `items`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address for requests: `LAB_LISTEN` and `LAB_ITEMS_HTTP` (8002 by default).
    pub http: SocketAddr,
    /// The address of the admin listener: `LAB_LISTEN` and `LAB_ITEMS_ADMIN` (9466 by default).
    pub admin: SocketAddr,
    /// The address of `users`, for requests and for the WebSocket: `LAB_USERS_HOST` and `LAB_USERS_HTTP` (8000 by
    /// default).
    pub users: Peer,
    /// The address of Redis: `LAB_REDIS_HOST` and `LAB_REDIS_TCP` (6379 by default).
    pub redis: Peer,
    /// The factor for all timeouts, from `LAB_TIMEOUT_FACTOR`.
    pub timeout_factor: TimeoutFactor,
    /// The hook that adds attributes to SERVER spans.
    pub hook: Hook,
    /// The instrumentation of WebSocket messages, from `LAB_WS_INSTRUMENTATION`.
    pub websocket_tracing: WebSocketTracing,
    /// The planted defect, from `LAB_DEFECT`.
    pub defect: Option<Defect>,
}

impl Config {
    /// Reads all variables. The parser collects the invalid ones.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        Self {
            http: parser.listen("LAB_ITEMS_HTTP", 8002),
            admin: parser.listen("LAB_ITEMS_ADMIN", 9466),
            users: parser.peer("LAB_USERS_HOST", "LAB_USERS_HTTP", 8000),
            redis: parser.peer("LAB_REDIS_HOST", "LAB_REDIS_TCP", 6379),
            timeout_factor: TimeoutFactor::read(parser),
            hook: Hook::read(parser),
            websocket_tracing: WebSocketTracing::read(parser),
            defect: Defect::read(parser, &defect::KNOWN),
        }
    }
}
