//! One message of a WebSocket: what it must have, what it may ask for, and what is answered.

use serde_json::{Map, Value, json};
use telemetry::messaging::Malformed;
use thiserror::Error;

use crate::AppState;
use crate::error::UsersError;

/// Why a message is not taken.
#[derive(Debug, Error)]
pub enum Refused {
    /// It lacks what the acknowledgement has to repeat.
    #[error("the message has no id")]
    NoId,
    /// It asks for a user, and there is none.
    #[error("the list of users cannot be fetched")]
    NoUser(#[source] UsersError),
}

/// Does what a message asks for, and acknowledges it by its id, a text.
///
/// The acknowledgement repeats what was heard, so that the sender can see whether it is what was said; with
/// `"want": "user"` it has a user as well.
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

/// The answer to a message that is not taken, with its id if that could be read.
pub fn refusal(id: Option<Value>, reason: &str) -> Value {
    let mut answer = Map::new();
    if let Some(id) = id {
        answer.insert("id".to_owned(), id);
    }
    answer.insert("error".to_owned(), json!(reason));
    Value::Object(answer)
}

/// The answer to a message that cannot be read.
pub fn unreadable(text: &str, error: &Malformed) -> Value {
    tracing::warn!(%error, size = text.len(), "malformed message");
    refusal(id_of(text), &error.to_string())
}

/// The id of a message that is refused for another reason, such as its size.
fn id_of(text: &str) -> Option<Value> {
    let message: Value = serde_json::from_str(text).ok()?;
    message.get("id").filter(|id| id.is_string()).cloned()
}
