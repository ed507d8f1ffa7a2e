//! A message whose span the service makes itself, by `tracing`: it opens the span and writes the context into the JSON.

use serde_json::{Map, Value};
use telemetry::messaging::Channel;

use crate::socket::{Receipt, Socket, SocketError};

/// Sends one message.  The PRODUCER span is the sending: it ends when the message is written.  What follows is waiting.
pub async fn send(
    channel: &Channel,
    socket: &Socket,
    id: String,
    message: Map<String, Value>,
) -> Result<Receipt, SocketError> {
    let outgoing = channel.outgoing(message);
    let text = outgoing.text().to_owned();
    outgoing.deliver(socket.send(id, text)).await
}
