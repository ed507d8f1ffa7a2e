//! A messaging destination, and the attributes that all its messages have in common.

use opentelemetry_semantic_conventions::attribute::{
    MESSAGING_DESTINATION_NAME, MESSAGING_SYSTEM, NETWORK_PROTOCOL_NAME, SERVER_ADDRESS, SERVER_PORT,
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::attributes::{SYSTEM_REDIS, SYSTEM_WEBSOCKET};
use crate::environment::Peer;

/// A messaging destination: a channel of Redis, or a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub(super) system: &'static str,
    pub(super) destination: String,
    /// The part of the span name that follows the operation.
    pub(super) name: String,
    peer: Option<Peer>,
}

impl Channel {
    /// A Redis Pub/Sub channel. `peer` is the address of Redis.
    #[must_use]
    pub fn redis(channel: &str, peer: Peer) -> Self {
        let (destination, name) = (channel.to_owned(), channel.to_owned());
        Self { system: SYSTEM_REDIS, destination, name, peer: Some(peer) }
    }

    /// A WebSocket, identified by the path of its HTTP request.
    #[must_use]
    pub fn websocket(path: &str) -> Self {
        Self { system: SYSTEM_WEBSOCKET, destination: path.to_owned(), name: "websocket".to_owned(), peer: None }
    }

    /// The channel's name, or the WebSocket's path. It is `messaging.destination.name` on spans.
    #[must_use]
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// The value of `messaging.operation.name` for sending. For Redis it is the name of the command.
    pub(super) fn send_operation(&self) -> &'static str {
        if self.system == SYSTEM_REDIS { "publish" } else { "send" }
    }

    /// Sets the attributes that are the same for all messages of this channel.
    pub(super) fn describe(&self, span: &Span) {
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
