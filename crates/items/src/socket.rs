//! The handle of requests for the long-lived WebSocket to `users`: they send messages to the task that owns it.

use std::time::Duration;

use telemetry::TimeoutFactor;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use crate::connector::Connector;
use crate::keeper::keep_connected;
use crate::outgoing::{Acknowledged, Outgoing};
use crate::socket_error::SocketError;

/// The time that `users` has to acknowledge a message, before the timeout factor is applied. Without an
/// acknowledgment the connection is considered dead.
const ACKNOWLEDGMENT_DEADLINE: Duration = Duration::from_secs(2);
/// The maximum number of messages that wait for the task. A longer queue would only delay errors.
const QUEUE: usize = 256;

/// A handle for requests. Clones use the same WebSocket.
#[derive(Debug, Clone)]
pub struct Socket {
    outgoing: mpsc::Sender<Outgoing>,
    acknowledged_within: Duration,
}

/// A message that was written and is not acknowledged yet.
#[derive(Debug)]
pub struct Receipt {
    acknowledged: oneshot::Receiver<Acknowledged>,
    deadline: Instant,
}

impl Socket {
    /// Starts the task. It connects at once, reconnects without limit, and closes the WebSocket when `stop` is
    /// canceled.
    pub fn open(
        connector: Connector,
        timeout_factor: TimeoutFactor,
        stop: CancellationToken,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, outgoing) = mpsc::channel(QUEUE);
        let socket = Self { outgoing: sender, acknowledged_within: timeout_factor.scale(ACKNOWLEDGMENT_DEADLINE) };
        (socket, tokio::spawn(keep_connected(connector, outgoing, stop)))
    }

    /// Writes a message. Use the receipt to wait for the acknowledgment.
    ///
    /// # Errors
    ///
    /// Returns an error if the WebSocket is not connected, or the message is not written in time.
    pub async fn send(&self, id: String, text: String) -> Result<Receipt, SocketError> {
        let deadline = Instant::now() + self.acknowledged_within;
        let (sent, written) = oneshot::channel();
        let (acknowledge, acknowledged) = oneshot::channel();
        // Another task sends the message. The conversion to an outbound message stores the current context, so the
        // PRODUCER span becomes a child of this request's span.
        let message = Message::text(text).into();
        let message = Outgoing { id, message, deadline, sent, acknowledged: acknowledge };
        // A full queue means that the task cannot write, so the WebSocket counts as not connected.
        self.outgoing.try_send(message).map_err(|_| SocketError::NotConnected)?;
        within(deadline, written).await?;
        Ok(Receipt { acknowledged, deadline })
    }
}

impl Receipt {
    /// Waits for the acknowledgment until the deadline of the message.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is lost, the deadline passes, or `users` rejects the message.
    pub async fn acknowledged(self) -> Acknowledged {
        within(self.deadline, self.acknowledged).await
    }
}

async fn within<T>(deadline: Instant, result: oneshot::Receiver<Result<T, SocketError>>) -> Result<T, SocketError> {
    match tokio::time::timeout_at(deadline, result).await {
        Ok(result) => result.unwrap_or(Err(SocketError::Broken)),
        Err(_elapsed) => Err(SocketError::AckTimeout),
    }
}
