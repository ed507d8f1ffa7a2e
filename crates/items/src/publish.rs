//! `GET /pub`: a message to everyone who listens on the channel in Redis.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::AppState;
use crate::error::ItemsError;

/// The channel.
pub const CHANNEL: &str = "my-channel";

/// The handler.  Redis answers how many subscribers it gave the message to.
pub async fn publish(State(state): State<AppState>) -> Result<Json<Value>, ItemsError> {
    let message = Map::from_iter([("message".to_owned(), json!("Hello, world!"))]);
    let receivers = state.redis.publish(CHANNEL, message).await.map_err(ItemsError::Publish)?;
    Ok(Json(json!({ "receivers": receivers })))
}
