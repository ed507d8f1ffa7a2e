//! Reads a message as a JSON object, or returns why it is malformed.

use serde_json::{Map, Value};

/// The maximum size of an incoming message, in bytes: 64 KiB.
pub const MESSAGE_LIMIT: usize = 64 * 1024;

/// The reason why a message cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is larger than [`MESSAGE_LIMIT`]. The field is its size in bytes.
    #[error("the message has {0} bytes; the limit is {MESSAGE_LIMIT} bytes")]
    TooLarge(usize),
    /// It is not JSON. The field is the error message of the parser.
    #[error("the message is not JSON: {0}")]
    NotJson(String),
    /// It is JSON, but not an object.
    #[error("the message is not a JSON object")]
    NotAnObject,
}

impl Malformed {
    pub(super) fn error_type(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "too_large",
            Self::NotJson(_) => "not_json",
            Self::NotAnObject => "not_an_object",
        }
    }
}

/// Parses a message as a JSON object.
///
/// # Errors
///
/// Returns an error if the message is malformed.
pub fn read_object(message: &[u8]) -> Result<Map<String, Value>, Malformed> {
    if message.len() > MESSAGE_LIMIT {
        return Err(Malformed::TooLarge(message.len()));
    }
    match serde_json::from_slice(message) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Malformed::NotAnObject),
        Err(error) => Err(Malformed::NotJson(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_message_is_refused_with_a_reason() {
        assert_eq!(read_object(b"[1]"), Err(Malformed::NotAnObject));
        assert_eq!(read_object(&vec![b' '; MESSAGE_LIMIT + 1]), Err(Malformed::TooLarge(MESSAGE_LIMIT + 1)));
        assert!(matches!(read_object(b"{"), Err(Malformed::NotJson(_))));
    }
}
