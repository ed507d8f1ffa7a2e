//! One connected WebSocket from its opening to its end: messages out, acknowledgements back to whoever waits for them.

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
use crate::socket::{Acknowledged, Outgoing, SocketError};

/// How long users may take to answer our close frame.
const CLOSE_DEADLINE: Duration = Duration::from_secs(1);

/// Why a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Users closed it, or the connection broke.
    Lost,
    /// An acknowledgement did not come in time, so the connection is not trusted any more.
    Silent,
    /// We are stopping.
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

/// The socket, around which a library may make spans.
pub type Stream = Instrumented<WebSocketStream<MaybeTlsStream<TcpStream>>>;

/// A connected socket and the messages that are not yet acknowledged.
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
    /// Begins with nothing sent.
    pub fn new(stream: Stream) -> Self {
        Self { stream, waiting: HashMap::new() }
    }

    /// Sends the first message, if there is one already, talks until the end, then tells everyone who still waits.
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
            // Only a request that has gone away does not listen.
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
                    // Nobody is left who could send.
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
            // A ping is answered by tungstenite.
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
        // Only a request that has gone away does not listen.
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
        // Only a request that has gone away does not listen.
        let _ = waiting.acknowledged.send(outcome);
    }

    /// Says goodbye and waits, not for ever, until users have said so too.
    async fn close(&mut self) {
        let goodbye = async {
            let _ = self.stream.get_mut().close(None).await;
            while let Some(Ok(_)) = self.stream.next().await {}
        };
        let _ = timeout(CLOSE_DEADLINE, goodbye).await;
    }
}

/// Waits for a deadline, if there is one.
async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
