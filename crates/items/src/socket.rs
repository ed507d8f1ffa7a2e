//! The long-lived WebSocket to `users`: one task owns it, requests send messages to the task, and the task
//! reconnects.

use std::time::Duration;

use telemetry::backoff::Backoff;
use telemetry::{Patience, connections};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;
use websocket_instrumentation::Outbound;

use crate::connector::Connector;
use crate::conversation::End;
use crate::frame::Reply;

/// The time that `users` has to acknowledge a message, before the timeout factor is applied. Without an
/// acknowledgment the connection is considered dead.
const ACKNOWLEDGEMENT_DEADLINE: Duration = Duration::from_secs(2);
/// The maximum number of messages that wait for the task. A longer queue would only delay errors.
const QUEUE: usize = 256;

/// The reason why a message was not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SocketError {
    /// The WebSocket is not connected at the moment. The task is reconnecting.
    #[error("the socket to users is not connected")]
    NotConnected,
    /// The connection was lost before the acknowledgment arrived.
    #[error("the socket to users broke before the acknowledgement")]
    Broken,
    /// The acknowledgment did not arrive in time.
    #[error("users did not acknowledge the message in time")]
    Silent,
    /// `users` replied with an error.
    #[error("users refused the message")]
    Refused,
}

/// Whether a message was written. The task reports it to the request.
pub type Written = Result<(), SocketError>;

/// The reply to a message. The task reports it to the request.
pub type Acknowledged = Result<Reply, SocketError>;

/// A message on its way from a request to the task.
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
        patience: Patience,
        stop: CancellationToken,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, outgoing) = mpsc::channel(QUEUE);
        let socket = Self { outgoing: sender, acknowledged_within: patience.of(ACKNOWLEDGEMENT_DEADLINE) };
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

async fn within<T>(deadline: Instant, outcome: oneshot::Receiver<Result<T, SocketError>>) -> Result<T, SocketError> {
    match tokio::time::timeout_at(deadline, outcome).await {
        Ok(told) => told.unwrap_or(Err(SocketError::Broken)),
        Err(_elapsed) => Err(SocketError::Silent),
    }
}

async fn keep_connected(connector: Connector, mut outgoing: mpsc::Receiver<Outgoing>, stop: CancellationToken) {
    let mut backoff = Backoff::default();
    // A message that arrived without a connection. It starts an attempt at once instead of waiting for the back-off.
    let mut first = None;
    loop {
        let connected = tokio::select! {
            connected = connector.connect() => connected,
            () = stop.cancelled() => return,
        };
        match connected {
            Ok(mut conversation) => {
                backoff.reset();
                let end = conversation.run(first.take(), &mut outgoing, &stop).await;
                tracing::info!(%end, "socket to users ended");
                if end == End::Stopped {
                    return;
                }
            }
            Err(error) => {
                connections::failed("websocket", error.error_type());
                tracing::warn!(%error, "socket to users cannot be connected");
                refuse(first.take(), &mut outgoing);
            }
        }
        tokio::select! {
            () = sleep(backoff.next_delay()) => {}
            message = outgoing.recv() => match message {
                Some(message) => first = Some(message),
                None => return,
            },
            () = stop.cancelled() => return,
        }
    }
}

/// Rejects all messages that are waiting.
fn refuse(first: Option<Outgoing>, outgoing: &mut mpsc::Receiver<Outgoing>) {
    let queued = std::iter::from_fn(|| outgoing.try_recv().ok());
    for message in first.into_iter().chain(queued) {
        // This fails only if the request was canceled.
        let _ = message.sent.send(Err(SocketError::NotConnected));
    }
}
