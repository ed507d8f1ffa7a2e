//! A WebSocket message: its required members, its optional request for a user, and the reply.

use serde_json::{Map, Value, json};
use telemetry::messaging::Malformed;
use thiserror::Error;

use crate::error::UsersError;
use crate::state::AppState;

/// The reason why a message is rejected.
#[derive(Debug, Error)]
pub enum Refused {
    /// The message has no `id`, which the acknowledgment must repeat.
    #[error("the message has no id")]
    NoId,
    /// The message requests a user, and none is available.
    #[error("the list of users cannot be fetched")]
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
pub async fn take(message: &Map<String, Value>, state: &AppState) -> Result<Value, Refused> {
    let id = message.get("id").filter(|id| id.is_string()).ok_or(Refused::NoId)?;
    let mut answer = Map::from_iter([("id".to_owned(), id.clone()), ("ack".to_owned(), json!(true))]);
    if let Some(heard) = message.get("message") {
        answer.insert("heard".to_owned(), heard.clone());
    }
    if message.get("want").and_then(Value::as_str) == Some("user") {
        let user = state.user().await.inspect_err(UsersError::log).map_err(Refused::NoUser)?;
        answer.insert("user".to_owned(), json!(user));
    }
    Ok(Value::Object(answer))
}

/// The reply to a message that is rejected, with its ID if that is known.
pub fn refusal(id: Option<Value>, reason: &str) -> Value {
    let mut answer = Map::new();
    if let Some(id) = id {
        answer.insert("id".to_owned(), id);
    }
    answer.insert("error".to_owned(), json!(reason));
    Value::Object(answer)
}

/// The reply to a message that cannot be parsed. It logs a warning.
pub fn unreadable(text: &str, error: &Malformed) -> Value {
    tracing::warn!(%error, size = text.len(), "malformed message");
    refusal(id_of(text), &error.to_string())
}

/// The ID of a message that is rejected for another reason, such as its size.
fn id_of(text: &str) -> Option<Value> {
    let message: Value = serde_json::from_str(text).ok()?;
    message.get("id").filter(|id| id.is_string()).cloned()
}
