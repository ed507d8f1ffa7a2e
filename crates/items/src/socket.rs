//! The one long-lived WebSocket to users: a task owns it, requests hand it messages, a lost one is opened again.

use std::time::Duration;

use telemetry::backoff::Backoff;
use telemetry::connections;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::connect_async;
use tokio_util::sync::CancellationToken;

use crate::conversation::{Conversation, End};

/// How long users may take to acknowledge a message.  One that takes longer is on a dead socket.
pub const ACKNOWLEDGEMENT_DEADLINE: Duration = Duration::from_secs(2);
const CONNECT_DEADLINE: Duration = Duration::from_secs(2);
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
    #[error("users did not acknowledge the message within 2 s")]
    Silent,
    /// Users answered with an error.
    #[error("users refused the message")]
    Refused,
}

/// What becomes of a message, told to the request that sent it.
pub type Outcome = Result<(), SocketError>;

/// A message on its way to the task.
#[derive(Debug)]
pub struct Outgoing {
    /// Its id, which the acknowledgement repeats.
    pub id: String,
    /// The JSON text.
    pub text: String,
    /// When an acknowledgement is too late.
    pub deadline: Instant,
    /// Told once the message is written.
    pub sent: oneshot::Sender<Outcome>,
    /// Told once the message is acknowledged.
    pub acknowledged: oneshot::Sender<Outcome>,
}

/// The requests' end of the socket.
#[derive(Debug, Clone)]
pub struct Socket(mpsc::Sender<Outgoing>);

/// A message that was written, whose acknowledgement is awaited.
#[derive(Debug)]
pub struct Receipt {
    acknowledged: oneshot::Receiver<Outcome>,
    deadline: Instant,
}

impl Socket {
    /// Starts the task; it connects at once, tries again for ever, and closes the socket when `stop` is cancelled.
    pub fn open(url: String, stop: CancellationToken) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, outgoing) = mpsc::channel(QUEUE);
        (Self(sender), tokio::spawn(keep_connected(url, outgoing, stop)))
    }

    /// Writes a message.  The receipt is for its acknowledgement.
    pub async fn send(&self, id: String, text: String) -> Result<Receipt, SocketError> {
        let deadline = Instant::now() + ACKNOWLEDGEMENT_DEADLINE;
        let (sent, written) = oneshot::channel();
        let (acknowledge, acknowledged) = oneshot::channel();
        let message = Outgoing { id, text, deadline, sent, acknowledged: acknowledge };
        // A full queue means that the task cannot write: the socket is as good as dead.
        self.0.try_send(message).map_err(|_| SocketError::NotConnected)?;
        within(deadline, written).await?;
        Ok(Receipt { acknowledged, deadline })
    }
}

impl Receipt {
    /// Waits for the acknowledgement until the message's deadline.
    pub async fn acknowledged(self) -> Outcome {
        within(self.deadline, self.acknowledged).await
    }
}

async fn within(deadline: Instant, outcome: oneshot::Receiver<Outcome>) -> Outcome {
    match tokio::time::timeout_at(deadline, outcome).await {
        Ok(told) => told.unwrap_or(Err(SocketError::Broken)),
        Err(_elapsed) => Err(SocketError::Silent),
    }
}

async fn keep_connected(url: String, mut outgoing: mpsc::Receiver<Outgoing>, stop: CancellationToken) {
    let mut backoff = Backoff::default();
    // A message that came while there was no connection: it does not wait for the next attempt, it makes one.
    let mut first = None;
    loop {
        let connected = tokio::select! {
            connected = connect(&url) => connected,
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

async fn connect(url: &str) -> Result<Conversation, ConnectError> {
    let connected = timeout(CONNECT_DEADLINE, connect_async(url)).await;
    let (stream, _response) = connected.map_err(|_| ConnectError::Deadline)??;
    connections::opened("websocket");
    tracing::info!("socket to users connected");
    Ok(Conversation::new(stream))
}

/// Refuses every message that has come so far.
fn refuse(first: Option<Outgoing>, outgoing: &mut mpsc::Receiver<Outgoing>) {
    let queued = std::iter::from_fn(|| outgoing.try_recv().ok());
    for message in first.into_iter().chain(queued) {
        // Only a request that has gone away does not listen.
        let _ = message.sent.send(Err(SocketError::NotConnected));
    }
}

#[derive(Debug, Error)]
enum ConnectError {
    #[error("no answer within 2 s")]
    Deadline,
    #[error(transparent)]
    Handshake(#[from] tokio_tungstenite::tungstenite::Error),
}

impl ConnectError {
    /// A few distinct words, for the counter.
    fn error_type(&self) -> &'static str {
        match self {
            Self::Deadline => "timeout",
            Self::Handshake(_) => "handshake",
        }
    }
}
