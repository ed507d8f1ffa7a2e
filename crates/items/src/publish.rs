//! `GET /pub`: publishes a message to the channel in Redis.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::error::ItemsError;
use crate::state::AppState;

/// The name of the channel.
pub const CHANNEL: &str = "my-channel";

/// The handler. It returns the number of subscribers that received the message.
///
/// # Errors
///
/// Returns an error if Redis does not accept the message.
pub async fn publish(State(state): State<AppState>) -> Result<Json<Value>, ItemsError> {
    let message = Map::from_iter([("message".to_owned(), json!("Hello, world!"))]);
    let receivers = state.redis.publish(CHANNEL, message).await.map_err(ItemsError::Publish)?;
    Ok(Json(json!({ "receivers": receivers })))
}
