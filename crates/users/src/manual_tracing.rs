//! Processes a message with manual instrumentation: the service extracts the context and runs the work in a CONSUMER
//! span.

use serde_json::Value;
use telemetry::messaging::{Channel, Incoming, Parent};

use crate::message;
use crate::state::AppState;

/// Processes one message and returns the reply. The CONSUMER span ends before the reply is sent, so a client that has
/// the reply can rely on that.
pub async fn reply(channel: &Channel, text: &str, state: &AppState) -> Value {
    let incoming = match Incoming::read(channel, text.as_bytes()) {
        Ok(incoming) => incoming,
        Err(error) => return message::malformed(text, &error),
    };
    let body = incoming.body().clone();
    let result = incoming.process(Parent::Child, message::process(&body, state)).await;
    result.unwrap_or_else(|error| message::rejection(body.get("id").cloned(), &error.to_string()))
}
