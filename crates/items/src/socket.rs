//! The one long-lived WebSocket to users: a task owns it, requests hand it messages, a lost one is opened again.

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

/// How long users may take to acknowledge a message.  One that takes longer is on a dead socket.
const ACKNOWLEDGEMENT_DEADLINE: Duration = Duration::from_secs(2);
/// Requests that wait for the task to look up; more than the server takes on at once would only wait for nothing.
const QUEUE: usize = 256;

/// Why a message was not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SocketError {
    /// There is no connection at the moment; one is being tried for.
    #[error("the socket to users is not connected")]
    NotConnected,
    /// The connection broke before the acknowledgement came.
    #[error("the socket to users broke before the acknowledgement")]
    Broken,
    /// The acknowledgement did not come in time.
    #[error("users did not acknowledge the message in time")]
    Silent,
    /// Users answered with an error.
    #[error("users refused the message")]
    Refused,
}

/// Whether a message was written, told to the request that sent it.
pub type Written = Result<(), SocketError>;

/// What users replied to a message, told to the request that sent it.
pub type Acknowledged = Result<Reply, SocketError>;

/// A message on its way to the task.
#[derive(Debug)]
pub struct Outgoing {
    /// Its id, which the acknowledgement repeats.
    pub id: String,
    /// The JSON text, and the context of the request that sends it.
    pub message: Outbound<Message>,
    /// When an acknowledgement is too late.
    pub deadline: Instant,
    /// Told once the message is written.
    pub sent: oneshot::Sender<Written>,
    /// Told once the message is acknowledged.
    pub acknowledged: oneshot::Sender<Acknowledged>,
}

/// The requests' end of the socket.
#[derive(Debug, Clone)]
pub struct Socket {
    outgoing: mpsc::Sender<Outgoing>,
    acknowledged_within: Duration,
}

/// A message that was written, whose acknowledgement is awaited.
#[derive(Debug)]
pub struct Receipt {
    acknowledged: oneshot::Receiver<Acknowledged>,
    deadline: Instant,
}

impl Socket {
    /// Starts the task; it connects at once, tries again for ever, and closes the socket when `stop` is cancelled.
    pub fn open(
        connector: Connector,
        patience: Patience,
        stop: CancellationToken,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, outgoing) = mpsc::channel(QUEUE);
        let socket = Self { outgoing: sender, acknowledged_within: patience.of(ACKNOWLEDGEMENT_DEADLINE) };
        (socket, tokio::spawn(keep_connected(connector, outgoing, stop)))
    }

    /// Writes a message.  The receipt is for its acknowledgement.
    pub async fn send(&self, id: String, text: String) -> Result<Receipt, SocketError> {
        let deadline = Instant::now() + self.acknowledged_within;
        let (sent, written) = oneshot::channel();
        let (acknowledge, acknowledged) = oneshot::channel();
        // Made here, sent by the task: turned into an outbound message, it is still this request's.
        let message = Message::text(text).into();
        let message = Outgoing { id, message, deadline, sent, acknowledged: acknowledge };
        // A full queue means that the task cannot write: the socket is as good as dead.
        self.outgoing.try_send(message).map_err(|_| SocketError::NotConnected)?;
        within(deadline, written).await?;
        Ok(Receipt { acknowledged, deadline })
    }
}

impl Receipt {
    /// Waits for the acknowledgement until the message's deadline.
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
    // A message that came while there was no connection: it does not wait for the next attempt, it makes one.
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

/// Refuses every message that has come so far.
fn refuse(first: Option<Outgoing>, outgoing: &mut mpsc::Receiver<Outgoing>) {
    let queued = std::iter::from_fn(|| outgoing.try_recv().ok());
    for message in first.into_iter().chain(queued) {
        // Only a request that has gone away does not listen.
        let _ = message.sent.send(Err(SocketError::NotConnected));
    }
}
