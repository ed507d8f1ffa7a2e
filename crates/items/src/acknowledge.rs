//! `GET /ws`: sends a message to `users` over the shared WebSocket and responds once it is acknowledged.

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Map, Value, json};
use telemetry::messaging::WebSocketTracing;
use telemetry::query;
use uuid::Uuid;

use crate::error::ItemsError;
use crate::state::AppState;
use crate::{library_tracing, manual_tracing};

/// The text of the message. It contains non-ASCII characters, so that a faulty character encoding changes it.
const GREETING: &str = "Grüße, 世界!";

/// The handler. With `?user=1` the message also requests a user.
///
/// # Errors
///
/// Returns an error if the message cannot be sent, or is not acknowledged in time.
pub async fn acknowledge(
    State(state): State<AppState>,
    Query(parameters): Query<query::Parameters>,
) -> Result<Json<Value>, ItemsError> {
    let id = Uuid::new_v4().to_string();
    let mut message = Map::from_iter([("id".to_owned(), json!(id)), ("message".to_owned(), json!(GREETING))]);
    if query::flag(&parameters, "user") {
        message.insert("want".to_owned(), json!("user"));
    }
    let receipt = match state.websocket_tracing {
        WebSocketTracing::Manual => manual_tracing::send(&state.channel, &state.socket, id, message).await?,
        WebSocketTracing::Library => library_tracing::send(&state.socket, id, message).await?,
    };
    let reply = receipt.acknowledged().await?;
    let mut body = json!({ "ws": true, "acknowledged": reply.id, "heard": reply.heard });
    if let Some(user) = reply.user {
        body["user"] = user;
    }
    Ok(Json(body))
}
