//! One message of a WebSocket: what it must have, and what is answered.

use serde_json::{Map, Value, json};
use thiserror::Error;

/// A message without what the acknowledgement has to repeat.
#[derive(Debug, Error)]
#[error("the message has no id")]
pub struct NoId;

/// The work that a message asks for: nothing but to be acknowledged by its id, a text.
pub async fn take(id: Option<Value>) -> Result<String, NoId> {
    match id {
        Some(Value::String(id)) => Ok(id),
        _ => Err(NoId),
    }
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

/// The id of a message that is refused for another reason, such as its size.
pub fn id_of(text: &str) -> Option<Value> {
    let message: Value = serde_json::from_str(text).ok()?;
    message.get("id").filter(|id| id.is_string()).cloned()
}
