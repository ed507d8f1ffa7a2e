//! A message whose span a library makes, around the socket: nothing here is about traces.

use serde_json::Value;
use telemetry::messaging::read_object;

use crate::{AppState, message};

/// Processes one message.
pub async fn answer(text: &str, state: &AppState) -> Value {
    let body = match read_object(text.as_bytes()) {
        Ok(body) => body,
        Err(error) => return message::unreadable(text, &error),
    };
    let taken = message::take(&body, state).await;
    taken.unwrap_or_else(|error| message::refusal(body.get("id").cloned(), &error.to_string()))
}
