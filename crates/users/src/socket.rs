//! The WebSocket of `users`: it acknowledges each message, with manual instrumentation or with a library.

use std::ops::ControlFlow;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use futures_util::{SinkExt, StreamExt};
use http::HeaderMap;
use serde_json::Value;
use telemetry::Defect;
use telemetry::messaging::{Channel, Instrumented as Way};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use websocket_instrumentation::{Instrumentation, Instrumented};

use crate::config::Config;
use crate::{AppState, by_library, by_tracing, defect, message};

/// The path of the WebSocket.
pub const PATH: &str = "/ws";
/// The maximum size of a frame, in bytes; a larger one ends the connection. A message between the message limit and
/// this one is rejected, and the connection stays open.
const HARD_LIMIT: usize = 1024 * 1024;
/// The time limit for writing a reply.
const SEND_DEADLINE: Duration = Duration::from_secs(5);
/// The time that the client has to reply to our close frame.
const CLOSE_DEADLINE: Duration = Duration::from_secs(1);

/// The open WebSockets. The server's drain does not include them, because they are not requests after the upgrade.
#[derive(Debug, Clone)]
pub struct Sockets {
    way: Way,
    channel: Channel,
    instrumentation: Instrumentation,
    defect: Option<Defect>,
    open: TaskTracker,
    stop: CancellationToken,
}

impl Sockets {
    /// Creates an empty set. Canceling `stop` closes all WebSockets.
    pub fn new(config: &Config, stop: CancellationToken) -> Self {
        let instrumentation = match config.way {
            Way::ByLibrary => Instrumentation::builder().with_destination(PATH).build(),
            Way::ByTracing => Instrumentation::disabled(),
        };
        let (way, defect) = (config.way, config.defect);
        Self { way, channel: Channel::websocket(PATH), instrumentation, defect, open: TaskTracker::new(), stop }
    }

    /// Waits until the last WebSocket is closed.
    pub async fn closed(&self) {
        self.open.close();
        self.open.wait().await;
    }
}

impl AppState {
    async fn talk(self, mut socket: Instrumented<WebSocket>) {
        tracing::info!("socket opened");
        loop {
            let message = tokio::select! {
                message = socket.next() => message,
                () = self.sockets.stop.cancelled() => return close(socket).await,
            };
            let Some(Ok(message)) = message else { break };
            let flow = message.process(async |message| match message {
                Message::Text(text) => send(&mut socket, self.answer(&text).await).await,
                Message::Binary(_) => send(&mut socket, message::refusal(None, "messages are text")).await,
                // axum replies to pings.
                Message::Ping(_) | Message::Pong(_) => ControlFlow::Continue(()),
                Message::Close(_) => ControlFlow::Break(()),
            });
            if flow.await.is_break() {
                break;
            }
        }
        tracing::info!("socket closed");
    }

    async fn answer(&self, text: &str) -> Value {
        match self.sockets.defect {
            Some(Defect::GarbledPayload) => self.taken(&defect::garbled(text)).await,
            Some(Defect::BareSpan) => defect::bare(self.taken(text)).await,
            _ => self.taken(text).await,
        }
    }

    async fn taken(&self, text: &str) -> Value {
        match self.sockets.way {
            Way::ByTracing => by_tracing::answer(&self.sockets.channel, text, self).await,
            Way::ByLibrary => by_library::answer(text, self).await,
        }
    }
}

/// `GET /ws`: accepts a WebSocket. The connection is a log line and has no span. Each message has its own spans.
pub async fn upgrade(State(state): State<AppState>, headers: HeaderMap, request: WebSocketUpgrade) -> Response {
    // Created before the handshake is complete, so that no WebSocket is missed while the service stops.
    let open = state.sockets.open.token();
    let handshake = state.sockets.instrumentation.accept(&headers);
    let agreed = handshake.clone();
    let request = request.max_message_size(HARD_LIMIT).max_frame_size(HARD_LIMIT);
    let mut response = request.on_upgrade(async move |socket| {
        state.talk(agreed.upgraded(socket)).await;
        drop(open);
    });
    handshake.confirm(response.headers_mut());
    response
}

/// Writes a reply within a time limit. Otherwise a client that does not read would prevent the service from closing
/// the WebSocket.
async fn send(socket: &mut Instrumented<WebSocket>, answer: Value) -> ControlFlow<()> {
    match timeout(SEND_DEADLINE, socket.send(Message::text(answer.to_string()))).await {
        Ok(Ok(())) => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}

/// Sends a close frame, and waits for the reply of the client for a limited time.
async fn close(mut socket: Instrumented<WebSocket>) {
    let reason = CloseFrame { code: close_code::AWAY, reason: "the service stops".into() };
    let goodbye = async {
        if socket.send(Message::Close(Some(reason))).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    let _ = timeout(CLOSE_DEADLINE, goodbye).await;
    tracing::info!("socket closed by us");
}
