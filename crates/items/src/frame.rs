//! The format of replies on the WebSocket to `users`.

use serde::Deserialize;
use serde_json::Value;

/// The reply of `users` to one message. It repeats the message's `id`, which relates the two.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reply {
    /// The ID of the message; `None` if `users` could not read it.
    pub id: Option<String>,
    /// Whether `users` accepted the message.
    #[serde(default)]
    pub ack: bool,
    /// The text that `users` received.
    pub heard: Option<String>,
    /// The user, if the message requested one.
    pub user: Option<Value>,
    /// The reason why `users` rejected the message.
    pub error: Option<String>,
}

impl Reply {
    /// Parses a text frame. Returns `None` if it is not a reply. The conversation logs and ignores such a frame.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_and_a_refusal_are_told_apart() {
        let taken = Reply::parse(r#"{"id":"a","ack":true}"#).unwrap();
        assert!(taken.ack && taken.id.as_deref() == Some("a") && taken.error.is_none());
        let refused = Reply::parse(r#"{"error":"not JSON"}"#).unwrap();
        assert!(!refused.ack && refused.error.as_deref() == Some("not JSON"));
        assert_eq!(Reply::parse("hello"), None);
    }
}
