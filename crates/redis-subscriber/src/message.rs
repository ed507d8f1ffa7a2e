//! Processes one message in a CONSUMER span, or counts and logs it if it is malformed.

use std::convert::Infallible;

use telemetry::Peer;
use telemetry::messaging::{Channel, Incoming, Parent};

use crate::config::CHANNEL;

/// Processes messages of one channel.
#[derive(Debug, Clone)]
pub struct Messages {
    channel: Channel,
    parent: Parent,
}

impl Messages {
    /// Creates a processor for messages from this Redis. `parent` is the relation between CONSUMER and PRODUCER span.
    pub fn new(redis: Peer, parent: Parent) -> Self {
        Self { channel: Channel::redis(CHANNEL, redis), parent }
    }

    /// Processes one message. A malformed one must not crash the daemon. It is logged and has no span, because
    /// nothing is processed.
    pub async fn process(&self, payload: Vec<u8>) {
        match Incoming::read(&self.channel, &payload) {
            Ok(incoming) => {
                let Ok(()) = incoming.process(self.parent, log(payload.len())).await;
            }
            Err(error) => tracing::warn!(%error, size = payload.len(), "ignored a malformed message"),
        }
    }
}

/// The work is only a log line. It contains the IDs of the CONSUMER span.
async fn log(size: usize) -> Result<(), Infallible> {
    tracing::info!(size, "message processed");
    Ok(())
}
