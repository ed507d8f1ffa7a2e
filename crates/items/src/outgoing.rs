//! An outgoing message: a request passes it to the task that owns the WebSocket.

use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use websocket_instrumentation::Outbound;

use crate::frame::Reply;
use crate::socket_error::SocketError;

/// Whether a message was written. The task reports it to the request.
pub type Written = Result<(), SocketError>;

/// The reply to a message. The task reports it to the request.
pub type Acknowledged = Result<Reply, SocketError>;

/// A message, and the receivers of its results.
#[derive(Debug)]
pub struct Outgoing {
    /// The ID of the message. The acknowledgment repeats it.
    pub id: String,
    /// The JSON text, with the OpenTelemetry context of the request.
    pub message: Outbound<Message>,
    /// The time when an acknowledgment is too late.
    pub deadline: Instant,
    /// Receives the result of writing the message.
    pub sent: oneshot::Sender<Written>,
    /// Receives the acknowledgment.
    pub acknowledged: oneshot::Sender<Acknowledged>,
}
