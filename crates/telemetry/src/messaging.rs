//! Messages between services, over Redis and WebSockets: JSON objects that carry their context in top-level keys.
//!
//! Spans follow the [conventions for messaging](https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/):
//! PRODUCER where a message is sent, CONSUMER where it is processed.

mod carrier;
mod incoming;
mod instrumented;
mod metrics;
mod outgoing;

use opentelemetry_semantic_conventions::attribute::{
    MESSAGING_DESTINATION_NAME, MESSAGING_SYSTEM, NETWORK_PROTOCOL_NAME, SERVER_ADDRESS, SERVER_PORT,
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::attributes::{SYSTEM_REDIS, SYSTEM_WEBSOCKET};
use crate::environment::Peer;

pub use carrier::{extract, inject};
pub use incoming::{Incoming, Malformed, Parent, read_object};
pub use instrumented::Instrumented;
pub(crate) use metrics::count_deliveries;
pub use outgoing::Outgoing;

/// The largest message that is read, in bytes.
pub const MESSAGE_LIMIT: usize = 64 * 1024;

/// A channel of Redis, or a WebSocket: where messages go to and come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    system: &'static str,
    destination: String,
    /// What the span's name says after the verb.
    name: String,
    peer: Option<Peer>,
}

impl Channel {
    /// A publish and subscribe channel of Redis.
    #[must_use]
    pub fn redis(channel: &str, peer: Peer) -> Self {
        let (destination, name) = (channel.to_owned(), channel.to_owned());
        Self { system: SYSTEM_REDIS, destination, name, peer: Some(peer) }
    }

    /// A WebSocket, known by the path at which it was opened.
    #[must_use]
    pub fn websocket(path: &str) -> Self {
        Self { system: SYSTEM_WEBSOCKET, destination: path.to_owned(), name: "websocket".to_owned(), peer: None }
    }

    /// The channel's name, or the socket's path.
    #[must_use]
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// How sending is called: Redis' word for it, or the plain one.
    fn send_operation(&self) -> &'static str {
        if self.system == SYSTEM_REDIS { "publish" } else { "send" }
    }

    /// Puts what is the same for every message onto a span.
    fn describe(&self, span: &Span) {
        span.set_attribute(MESSAGING_SYSTEM, self.system);
        span.set_attribute(MESSAGING_DESTINATION_NAME, self.destination.clone());
        match &self.peer {
            Some(peer) => {
                span.set_attribute(SERVER_ADDRESS, peer.host.clone());
                span.set_attribute(SERVER_PORT, i64::from(peer.port));
            }
            None => span.set_attribute(NETWORK_PROTOCOL_NAME, SYSTEM_WEBSOCKET),
        }
    }
}
