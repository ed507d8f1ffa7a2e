//! A WebSocket message: its required members, its optional request for a user, and the reply.

use serde_json::{Map, Value, json};
use telemetry::messaging::Malformed;
use thiserror::Error;

use crate::error::UsersError;
use crate::state::AppState;

/// The reason why a message is rejected.
#[derive(Debug, Error)]
pub enum Rejected {
    /// The message has no `id`, which the acknowledgment must repeat.
    #[error("the member `id` is missing or is not a string")]
    NoId,
    /// The message requests a user, and none is available.
    #[error("cannot get a user")]
    NoUser(#[source] UsersError),
}

/// Processes a message and returns the acknowledgment, which repeats the message's `id`, a string.
///
/// The acknowledgment also repeats the text of the message, so that the sender can compare it. If the message
/// contains `"want": "user"`, the acknowledgment contains a user.
///
/// # Errors
///
/// Returns an error if the message has no `id`, or no user is available.
pub async fn process(message: &Map<String, Value>, state: &AppState) -> Result<Value, Rejected> {
    let id = message.get("id").filter(|id| id.is_string()).ok_or(Rejected::NoId)?;
    let mut reply = Map::from_iter([("id".to_owned(), id.clone()), ("ack".to_owned(), json!(true))]);
    if let Some(heard) = message.get("message") {
        reply.insert("heard".to_owned(), heard.clone());
    }
    if message.get("want").and_then(Value::as_str) == Some("user") {
        let user = state.user().await.inspect_err(UsersError::log).map_err(Rejected::NoUser)?;
        reply.insert("user".to_owned(), json!(user));
    }
    Ok(Value::Object(reply))
}

/// The reply to a message that is rejected, with its ID if that is known.
pub fn rejection(id: Option<Value>, reason: &str) -> Value {
    let mut reply = Map::new();
    if let Some(id) = id {
        reply.insert("id".to_owned(), id);
    }
    reply.insert("error".to_owned(), json!(reason));
    Value::Object(reply)
}

/// The reply to a message that cannot be parsed. It logs a warning.
pub fn malformed(text: &str, error: &Malformed) -> Value {
    tracing::warn!(%error, size = text.len(), "rejected a malformed message");
    rejection(id_of(text), &error.to_string())
}

/// The ID of a message that is rejected for another reason, such as its size.
fn id_of(text: &str) -> Option<Value> {
    let message: Value = serde_json::from_str(text).ok()?;
    message.get("id").filter(|id| id.is_string()).cloned()
}
