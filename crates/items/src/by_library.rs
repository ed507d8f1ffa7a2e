//! A message whose span a library makes, around the socket: nothing here is about traces.

use serde_json::{Map, Value};

use crate::socket::{Receipt, Socket, SocketError};

/// Sends one message.
pub async fn send(socket: &Socket, id: String, message: Map<String, Value>) -> Result<Receipt, SocketError> {
    socket.send(id, Value::Object(message).to_string()).await
}
