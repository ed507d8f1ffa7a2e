//! Sends a message with manual instrumentation: the service starts the PRODUCER span and injects the context into the
//! JSON message.

use serde_json::{Map, Value};
use telemetry::messaging::{Channel, Outgoing};

use crate::socket::{Receipt, Socket};
use crate::socket_error::SocketError;

/// Sends one message. Use the receipt to wait for the acknowledgment.
///
/// The PRODUCER span covers only the sending and ends when the message is written. It does not include the wait for
/// the acknowledgment.
///
/// # Errors
///
/// Returns an error if the message cannot be sent. The PRODUCER span records it.
pub async fn send(
    channel: &Channel,
    socket: &Socket,
    id: String,
    message: Map<String, Value>,
) -> Result<Receipt, SocketError> {
    let outgoing = Outgoing::new(channel, message);
    let text = outgoing.text().to_owned();
    outgoing.deliver(socket.send(id, text)).await
}
