//! Says one message over a WebSocket of its own, as a client in any language would, and reads one answer.

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use super::drive::Driven;
use ledger::timeouts::Timeouts;
use scenario::step::Say;
use scenario::topology::Topology;

/// Opens the socket, sends the message, reads the answer and closes.
///
/// # Errors
/// When there is no answer, or it is no JSON.
pub async fn say(topology: &Topology, say: &Say, patience: Timeouts) -> Result<Driven> {
    let url = topology.url(&say.place.part, &say.place.port, &say.place.path)?.replacen("http", "ws", 1);
    let spoken = timeout(patience.for_a_conversation(), conversation(&url, &say.text)).await;
    let reply = spoken.with_context(|| format!("{url} does not answer"))?.with_context(|| url.clone())?;
    Ok(Driven { reply: Some(reply), ..Driven::default() })
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
