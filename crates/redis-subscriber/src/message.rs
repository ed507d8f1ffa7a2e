//! What is done with one message: it is processed in a span of its own, or counted and logged if it is malformed.

use std::convert::Infallible;

use telemetry::Peer;
use telemetry::messaging::{Channel, Parent};

use crate::CHANNEL;

/// Takes messages.
#[derive(Debug, Clone)]
pub struct Messages {
    channel: Channel,
    parent: Parent,
}

impl Messages {
    /// Takes messages that come from this Redis, as children of their senders' spans or linked to them.
    pub fn new(redis: Peer, parent: Parent) -> Self {
        Self { channel: Channel::redis(CHANNEL, redis), parent }
    }

    /// Takes one message.  A malformed one is nothing that a daemon dies of; it has no span, since nothing is processed.
    pub async fn take(&self, payload: Vec<u8>) {
        match self.channel.incoming(&payload) {
            Ok(incoming) => {
                let Ok(()) = incoming.process(self.parent, processed(payload.len())).await;
            }
            Err(error) => tracing::warn!(%error, size = payload.len(), "malformed message"),
        }
    }
}

/// The work: here only a log line, which carries the ids of the trace that the message belongs to.
async fn processed(size: usize) -> Result<(), Infallible> {
    tracing::info!(size, "message processed");
    Ok(())
}
