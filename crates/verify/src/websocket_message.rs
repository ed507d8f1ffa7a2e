//! The message of a step over a WebSocket of its own, as a client in any language would send it, and the reply.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::step_response::StepResponse;
use scenario::action::WebSocketMessage;
use scenario::topology::Topology;

/// Opens the socket, sends the message, reads the reply and closes.
///
/// # Errors
/// When no reply arrives in time, or it is not JSON.
pub(crate) async fn send(topology: &Topology, message: &WebSocketMessage, within: Duration) -> Result<StepResponse> {
    let url = topology.url(&message.place.part, &message.place.port, &message.place.path)?.replacen("http", "ws", 1);
    let replied = timeout(within, conversation(&url, &message.text)).await;
    let replied = replied.with_context(|| format!("no reply from {url} within {} s", within.as_secs()))?;
    let reply = replied.with_context(|| format!("no valid reply from {url}"))?;
    Ok(StepResponse { reply: Some((message.place.part.clone(), reply)), ..StepResponse::default() })
}

async fn conversation(url: &str, text: &str) -> Result<Value> {
    let (mut socket, _response) = connect_async(url).await.context("cannot open the WebSocket")?;
    socket.send(Message::text(text)).await?;
    let reply = loop {
        match socket.next().await.transpose()? {
            Some(Message::Text(reply)) => break serde_json::from_str(&reply).context("the reply is not JSON")?,
            Some(Message::Close(_)) | None => bail!("the server closed the WebSocket without a reply"),
            Some(_) => {}
        }
    };
    socket.close(None).await?;
    Ok(reply)
}
