//! Sends a message without code for tracing: a library around the socket creates the PRODUCER span.

use serde_json::{Map, Value};

use crate::socket::{Receipt, Socket};
use crate::socket_error::SocketError;

/// Sends one message. Use the receipt to wait for the acknowledgment.
///
/// # Errors
///
/// Returns an error if the message cannot be sent.
pub async fn send(socket: &Socket, id: String, message: Map<String, Value>) -> Result<Receipt, SocketError> {
    socket.send(id, Value::Object(message).to_string()).await
}
