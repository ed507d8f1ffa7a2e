//! Processes a message without code for tracing: a library around the socket creates the CONSUMER span.

use serde_json::Value;
use telemetry::messaging::read_object;

use crate::message;
use crate::state::AppState;

/// Processes one message and returns the reply.
pub async fn reply(text: &str, state: &AppState) -> Value {
    let body = match read_object(text.as_bytes()) {
        Ok(body) => body,
        Err(error) => return message::malformed(text, &error),
    };
    let result = message::process(&body, state).await;
    result.unwrap_or_else(|error| message::rejection(body.get("id").cloned(), &error.to_string()))
}
