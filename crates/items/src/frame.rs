//! What travels over the socket to users: a message out, its acknowledgement back.

use serde::Deserialize;
use serde_json::Value;

/// An answer of users to one message.  What joins the two is the message's `id`, which it repeats.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reply {
    /// The id of the message; absent if users could not read it.
    pub id: Option<String>,
    /// Whether users took the message.
    #[serde(default)]
    pub ack: bool,
    /// The text that users heard.
    pub heard: Option<String>,
    /// The user that was asked for.
    pub user: Option<Value>,
    /// Why users did not take it.
    pub error: Option<String>,
}

impl Reply {
    /// Reads a text frame; `None` if it is no reply (which is logged by the socket and otherwise ignored).
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
