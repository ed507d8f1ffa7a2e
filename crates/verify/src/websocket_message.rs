//! The message of a step over a WebSocket of its own, as a client in any language would send it, and the reply.

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::step_response::StepResponse;
use ledger::timeouts::Timeouts;
use scenario::action::WebSocketMessage;
use scenario::topology::Topology;

/// Opens the socket, sends the message, reads the reply and closes.
///
/// # Errors
/// When there is no reply, or it is no JSON.
pub(crate) async fn send(topology: &Topology, message: &WebSocketMessage, patience: Timeouts) -> Result<StepResponse> {
    let url = topology.url(&message.place.part, &message.place.port, &message.place.path)?.replacen("http", "ws", 1);
    let replied = timeout(patience.for_a_websocket_message(), conversation(&url, &message.text)).await;
    let reply = replied.with_context(|| format!("{url} does not answer"))?.with_context(|| url.clone())?;
    Ok(StepResponse { reply: Some(reply), ..StepResponse::default() })
}

async fn conversation(url: &str, text: &str) -> Result<Value> {
    let (mut socket, _response) = connect_async(url).await?;
    socket.send(Message::text(text)).await?;
    let reply = loop {
        match socket.next().await.context("it was closed without an answer")?? {
            Message::Text(reply) => break serde_json::from_str(&reply)?,
            Message::Close(_) => bail!("it was closed without an answer"),
            _ => {}
        }
    };
    socket.close(None).await?;
    Ok(reply)
}
