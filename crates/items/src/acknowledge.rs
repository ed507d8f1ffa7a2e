//! `GET /ws`: a message to users over the shared socket, and the answer once users have acknowledged it.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::AppState;
use crate::error::ItemsError;

/// The handler.
pub async fn acknowledge(State(state): State<AppState>) -> Result<Json<Value>, ItemsError> {
    let id = Uuid::new_v4().to_string();
    let message = Map::from_iter([("id".to_owned(), json!(id)), ("message".to_owned(), json!("Hello, world!"))]);
    let outgoing = state.channel.outgoing(message);
    let text = outgoing.text().to_owned();
    // The PRODUCER span is the sending: it ends when the message is written.  What follows is waiting.
    let receipt = outgoing.deliver(state.socket.send(id.clone(), text)).await?;
    receipt.acknowledged().await?;
    Ok(Json(json!({ "ws": true, "acknowledged": id })))
}
