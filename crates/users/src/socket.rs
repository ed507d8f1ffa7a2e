//! One WebSocket of `users`: it acknowledges each message, with manual instrumentation or with a library.

use std::ops::ControlFlow;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use futures_util::{SinkExt, StreamExt};
use http::HeaderMap;
use serde_json::Value;
use telemetry::Defect;
use telemetry::messaging::WebSocketTracing;
use tokio::time::timeout;
use websocket_instrumentation::Instrumented;

use crate::state::AppState;
use crate::{defect, library_tracing, manual_tracing, message};

/// The maximum size of a frame, in bytes; a larger one ends the connection. A message between the message limit and
/// this one is rejected, and the connection stays open.
const HARD_LIMIT: usize = 1024 * 1024;
/// The time limit for writing a reply.
const SEND_DEADLINE: Duration = Duration::from_secs(5);
/// The time that the client has to reply to our close frame.
const CLOSE_DEADLINE: Duration = Duration::from_secs(1);

/// `GET /ws`: accepts a WebSocket. The connection is a log line and has no span. Each message has its own spans.
pub async fn upgrade(State(state): State<AppState>, headers: HeaderMap, request: WebSocketUpgrade) -> Response {
    // Created before the handshake is complete, so that no WebSocket is missed while the service stops.
    let open = state.sockets.open.token();
    let handshake = state.sockets.instrumentation.accept(&headers);
    let agreed = handshake.clone();
    let request = request.max_message_size(HARD_LIMIT).max_frame_size(HARD_LIMIT);
    let mut response = request.on_upgrade(async move |socket| {
        serve(state, agreed.upgraded(socket)).await;
        drop(open);
    });
    handshake.confirm(response.headers_mut());
    response
}

async fn serve(state: AppState, mut socket: Instrumented<WebSocket>) {
    tracing::info!("WebSocket opened");
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            () = state.sockets.stop.cancelled() => return close(socket).await,
        };
        let Some(Ok(message)) = message else { break };
        let flow = message.process(async |message| match message {
            Message::Text(text) => send(&mut socket, reply(&state, &text).await).await,
            Message::Binary(_) => {
                send(&mut socket, message::rejection(None, "expected a text message, got a binary message")).await
            }
            // axum replies to pings.
            Message::Ping(_) | Message::Pong(_) => ControlFlow::Continue(()),
            Message::Close(_) => ControlFlow::Break(()),
        });
        if flow.await.is_break() {
            break;
        }
    }
    tracing::info!("WebSocket closed");
}

async fn reply(state: &AppState, text: &str) -> Value {
    match state.sockets.defect {
        Some(Defect::GarbledPayload) => process(state, &defect::garbled(text)).await,
        Some(Defect::BareSpan) => defect::bare_span(process(state, text)).await,
        _ => process(state, text).await,
    }
}

async fn process(state: &AppState, text: &str) -> Value {
    match state.sockets.websocket_tracing {
        WebSocketTracing::Manual => manual_tracing::reply(&state.sockets.channel, text, state).await,
        WebSocketTracing::Library => library_tracing::reply(text, state).await,
    }
}

/// Writes a reply within a time limit. Otherwise a client that does not read would prevent the service from closing
/// the WebSocket.
async fn send(socket: &mut Instrumented<WebSocket>, reply: Value) -> ControlFlow<()> {
    match timeout(SEND_DEADLINE, socket.send(Message::text(reply.to_string()))).await {
        Ok(Ok(())) => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}

/// Sends a close frame, and waits for the reply of the client for a limited time.
async fn close(mut socket: Instrumented<WebSocket>) {
    let reason = CloseFrame { code: close_code::AWAY, reason: "the service is stopping".into() };
    let closing = async {
        if socket.send(Message::Close(Some(reason))).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    let _ = timeout(CLOSE_DEADLINE, closing).await;
    tracing::info!("WebSocket closed: the service is stopping");
}
