//! The WebSocket: one CONSUMER span and one acknowledgement per message, for as long as the client likes.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use serde_json::{Value, json};
use telemetry::messaging::{Channel, Parent};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{AppState, message};

/// A frame above this ends the connection.  Between [`message::LIMIT`] and this it is read, refused, and the socket stays.
const HARD_LIMIT: usize = 1024 * 1024;
/// How long an answer may take to be written.
const SEND_DEADLINE: Duration = Duration::from_secs(5);
/// How long the client may take to answer our close frame.
const CLOSE_DEADLINE: Duration = Duration::from_secs(1);

/// The open sockets, which the server's own draining does not know of: after the upgrade they are no requests any more.
#[derive(Debug, Clone)]
pub struct Sockets {
    channel: Channel,
    open: TaskTracker,
    stop: CancellationToken,
}

impl Sockets {
    /// None yet.  All of them are closed when `stop` is cancelled.
    pub fn new(stop: CancellationToken) -> Self {
        Self { channel: Channel::websocket("/ws"), open: TaskTracker::new(), stop }
    }

    /// Waits until the last socket is closed.
    pub async fn closed(&self) {
        self.open.close();
        self.open.wait().await;
    }

    async fn talk(self, mut socket: WebSocket) {
        tracing::info!("socket opened");
        loop {
            let frame = tokio::select! {
                frame = socket.recv() => frame,
                () = self.stop.cancelled() => return close(socket).await,
            };
            let answer = match frame {
                Some(Ok(Message::Text(text))) => self.answer(&text).await,
                Some(Ok(Message::Binary(_))) => message::refusal(None, "messages are text"),
                // axum answers a ping by itself.
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            };
            // A client that does not read is not waited for, or its socket could not be closed when the service stops.
            let sent = timeout(SEND_DEADLINE, socket.send(Message::text(answer.to_string()))).await;
            if !matches!(sent, Ok(Ok(()))) {
                break;
            }
        }
        tracing::info!("socket closed");
    }

    /// Processes one message.  Its span has ended when the acknowledgement leaves: who has the one can count on the other.
    async fn answer(&self, text: &Utf8Bytes) -> Value {
        let incoming = match self.channel.incoming(text.as_bytes()) {
            Ok(incoming) => incoming,
            Err(error) => {
                tracing::warn!(%error, size = text.len(), "malformed message");
                return message::refusal(message::id_of(text), &error.to_string());
            }
        };
        let id = incoming.body().get("id").cloned();
        let processed = incoming.process(Parent::Child, message::take(id.clone())).await;
        match processed {
            Ok(id) => json!({ "id": id, "ack": true }),
            Err(error) => message::refusal(id, &error.to_string()),
        }
    }
}

/// `GET /ws`.  A connect is a log line and no span: the spans are those of the messages.
pub async fn upgrade(State(AppState { sockets, .. }): State<AppState>, request: WebSocketUpgrade) -> Response {
    // Taken before the handshake is finished, so that no socket opens unseen while the service stops.
    let open = sockets.open.token();
    let request = request.max_message_size(HARD_LIMIT).max_frame_size(HARD_LIMIT);
    request.on_upgrade(async move |socket| {
        sockets.talk(socket).await;
        drop(open);
    })
}

/// Says goodbye and waits, not for ever, until the client has said so too.
async fn close(mut socket: WebSocket) {
    let reason = CloseFrame { code: close_code::AWAY, reason: "the service stops".into() };
    let goodbye = async {
        if socket.send(Message::Close(Some(reason))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _ = timeout(CLOSE_DEADLINE, goodbye).await;
    tracing::info!("socket closed by us");
}
