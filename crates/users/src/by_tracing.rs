//! A message whose span the service makes itself, by `tracing`: it reads the context, opens the span, works in it.

use serde_json::Value;
use telemetry::messaging::{Channel, Parent};

use crate::{AppState, message};

/// Processes one message.  Its span has ended when the acknowledgement leaves: who has the one can count on the other.
pub async fn answer(channel: &Channel, text: &str, state: &AppState) -> Value {
    let incoming = match channel.incoming(text.as_bytes()) {
        Ok(incoming) => incoming,
        Err(error) => return message::unreadable(text, &error),
    };
    let body = incoming.body().clone();
    let taken = incoming.process(Parent::Child, message::take(&body, state)).await;
    taken.unwrap_or_else(|error| message::refusal(body.get("id").cloned(), &error.to_string()))
}
