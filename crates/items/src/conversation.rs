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
    Silent,
    /// The service is stopping.
    Stopped,
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Lost => "lost",
            Self::Silent => "silent",
            Self::Stopped => "stopped",
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
        let said = match first {
            Some(message) => self.say(message).await,
            None => Ok(()),
        };
        let end = match said {
            Ok(()) => self.talk(outgoing, stop).await,
            Err(end) => end,
        };
        let outcome = if end == End::Silent { SocketError::Silent } else { SocketError::Broken };
        for (_id, waiting) in self.waiting.drain() {
            // This fails only if the request was canceled.
            let _ = waiting.acknowledged.send(Err(outcome));
        }
        end
    }

    async fn talk(&mut self, outgoing: &mut mpsc::Receiver<Outgoing>, stop: &CancellationToken) -> End {
        loop {
            let first_deadline = self.waiting.values().map(|waiting| waiting.deadline).min();
            let end = tokio::select! {
                frame = self.stream.next() => self.heard(frame).await,
                message = outgoing.recv() => match message {
                    Some(message) => self.say(message).await,
                    // All senders were dropped, so no message can follow.
                    None => Err(End::Stopped),
                },
                () = reached(first_deadline) => Err(End::Silent),
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

    async fn heard(&mut self, frame: Option<Result<Incoming<Message>, tungstenite::Error>>) -> Result<(), End> {
        let Some(Ok(message)) = frame else { return Err(End::Lost) };
        let heard = message.process(async |message| match message {
            Message::Text(text) => {
                self.answered(&text);
                Ok(())
            }
            Message::Close(_) => Err(End::Lost),
            // tungstenite replies to pings.
            _ => Ok(()),
        });
        heard.await
    }

    async fn say(&mut self, message: Outgoing) -> Result<(), End> {
        let Outgoing { id, message, deadline, sent, acknowledged } = message;
        let written = timeout_at(deadline, self.stream.send(message)).await;
        let outcome = match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err((End::Lost, SocketError::Broken)),
            Err(_elapsed) => Err((End::Silent, SocketError::Silent)),
        };
        self.waiting.insert(id, Waiting { deadline, acknowledged });
        // This fails only if the request was canceled.
        let _ = sent.send(outcome.map_err(|(_, error)| error));
        outcome.map_err(|(end, _)| end)
    }

    fn answered(&mut self, text: &str) {
        let Some(reply) = Reply::parse(text) else {
            tracing::warn!(size = text.len(), "users sent something that is no reply");
            return;
        };
        let waiting = reply.id.as_ref().and_then(|id| self.waiting.remove(id));
        let Some(waiting) = waiting else {
            tracing::warn!(error = reply.error, "users replied to a message that nobody waits for");
            return;
        };
        let outcome = if reply.ack { Ok(reply) } else { Err(SocketError::Refused) };
        // This fails only if the request was canceled.
        let _ = waiting.acknowledged.send(outcome);
    }

    /// Sends a close frame, and waits for the reply of `users` for a limited time.
    async fn close(&mut self) {
        let goodbye = async {
            let _ = self.stream.get_mut().close(None).await;
            while let Some(Ok(_)) = self.stream.next().await {}
        };
        let _ = timeout(CLOSE_DEADLINE, goodbye).await;
    }
}

/// Waits for a deadline; never completes without one.
async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
