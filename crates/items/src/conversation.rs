//! One WebSocket connection: sends messages, and delivers acknowledgments to the requests that wait for them.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;
use websocket_instrumentation::{Incoming, Instrumented};

use crate::frame::Reply;
use crate::outgoing::{Acknowledged, Outgoing};
use crate::socket_error::SocketError;

/// The time that `users` has to reply to our close frame.
const CLOSE_DEADLINE: Duration = Duration::from_secs(1);

/// The reason why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// `users` closed it, or the connection was lost.
    Lost,
    /// An acknowledgment did not arrive in time, so the connection is considered dead.
    AckTimeout,
    /// The service is stopping.
    Stopped,
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Lost => "connection lost",
            Self::AckTimeout => "acknowledgment timeout",
            Self::Stopped => "service stopping",
        })
    }
}

/// The WebSocket, wrapped by the instrumentation library. The library may be disabled.
pub type Stream = Instrumented<WebSocketStream<MaybeTlsStream<TcpStream>>>;

/// A connection and its messages without an acknowledgment.
#[derive(Debug)]
pub struct Conversation {
    stream: Stream,
    waiting: HashMap<String, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    deadline: Instant,
    acknowledged: oneshot::Sender<Acknowledged>,
}

impl Conversation {
    /// Creates a conversation on a new connection.
    pub fn new(stream: Stream) -> Self {
        Self { stream, waiting: HashMap::new() }
    }

    /// Runs until the connection ends: sends `first`, if there is one, and then the messages of `outgoing`. At the
    /// end, all requests that still wait get an error.
    pub async fn run(
        &mut self,
        first: Option<Outgoing>,
        outgoing: &mut mpsc::Receiver<Outgoing>,
        stop: &CancellationToken,
    ) -> End {
        let sent = match first {
            Some(message) => self.send(message).await,
            None => Ok(()),
        };
        let end = match sent {
            Ok(()) => self.exchange(outgoing, stop).await,
            Err(end) => end,
        };
        let result = if end == End::AckTimeout { SocketError::AckTimeout } else { SocketError::Broken };
        for (_id, waiting) in self.waiting.drain() {
            // This fails only if the request was canceled.
            let _ = waiting.acknowledged.send(Err(result));
        }
        end
    }

    async fn exchange(&mut self, outgoing: &mut mpsc::Receiver<Outgoing>, stop: &CancellationToken) -> End {
        loop {
            let first_deadline = self.waiting.values().map(|waiting| waiting.deadline).min();
            let end = tokio::select! {
                frame = self.stream.next() => self.receive(frame).await,
                message = outgoing.recv() => match message {
                    Some(message) => self.send(message).await,
                    // All senders were dropped, so no message can follow.
                    None => Err(End::Stopped),
                },
                () = reached(first_deadline) => Err(End::AckTimeout),
                () = stop.cancelled() => Err(End::Stopped),
            };
            match end {
                Ok(()) => {}
                Err(End::Stopped) => {
                    self.close().await;
                    return End::Stopped;
                }
                Err(end) => return end,
            }
        }
    }

    async fn receive(&mut self, frame: Option<Result<Incoming<Message>, tungstenite::Error>>) -> Result<(), End> {
        let Some(Ok(message)) = frame else { return Err(End::Lost) };
        let received = message.process(async |message| match message {
            Message::Text(text) => {
                self.acknowledge(&text);
                Ok(())
            }
            Message::Close(_) => Err(End::Lost),
            // tungstenite replies to pings.
            _ => Ok(()),
        });
        received.await
    }

    async fn send(&mut self, message: Outgoing) -> Result<(), End> {
        let Outgoing { id, message, deadline, sent, acknowledged } = message;
        let written = timeout_at(deadline, self.stream.send(message)).await;
        let result = match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err((End::Lost, SocketError::Broken)),
            Err(_elapsed) => Err((End::AckTimeout, SocketError::AckTimeout)),
        };
        self.waiting.insert(id, Waiting { deadline, acknowledged });
        // This fails only if the request was canceled.
        let _ = sent.send(result.map_err(|(_, error)| error));
        result.map_err(|(end, _)| end)
    }

    fn acknowledge(&mut self, text: &str) {
        let Some(reply) = Reply::parse(text) else {
            tracing::warn!(size = text.len(), "ignored a frame from `users` that is not a reply");
            return;
        };
        let waiting = reply.id.as_ref().and_then(|id| self.waiting.remove(id));
        let Some(waiting) = waiting else {
            tracing::warn!(error = reply.error, "ignored a reply from `users`: no request waits for it");
            return;
        };
        let result = if reply.ack { Ok(reply) } else { Err(SocketError::Rejected) };
        // This fails only if the request was canceled.
        let _ = waiting.acknowledged.send(result);
    }

    /// Sends a close frame, and waits for the reply of `users` for a limited time.
    async fn close(&mut self) {
        let closing = async {
            let _ = self.stream.get_mut().close(None).await;
            while let Some(Ok(_)) = self.stream.next().await {}
        };
        let _ = timeout(CLOSE_DEADLINE, closing).await;
    }
}

/// Waits for a deadline; never completes without one.
async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
