//! The trait for messages, and its implementations for axum and tungstenite.

/// A message of a WebSocket.
///
/// Text and binary messages have a payload. All others (ping, pong and close) have none and are passed on unchanged.
pub trait Message: Sized {
    /// Returns the bytes of a text or binary message, and `None` for any other message.
    fn payload(&self) -> Option<&[u8]>;

    /// Returns a message of the same type with ASCII text before its payload.
    #[must_use]
    fn with_prefix(self, prefix: &str) -> Self;

    /// Returns a message of the same type without the first `length` bytes of its payload; these bytes are ASCII.
    #[must_use]
    fn without_prefix(self, length: usize) -> Self;
}

/// Implements the trait for one library; both libraries have the same variants with different types.
#[cfg(any(feature = "axum", feature = "tungstenite"))]
macro_rules! impl_message {
    ($message:ty, $text:ty, $bytes:ty) => {
        impl Message for $message {
            fn payload(&self) -> Option<&[u8]> {
                match self {
                    Self::Text(text) => Some(text.as_bytes()),
                    Self::Binary(bytes) => Some(bytes),
                    _ => None,
                }
            }

            fn with_prefix(self, prefix: &str) -> Self {
                match self {
                    Self::Text(text) => Self::Text([prefix, text.as_str()].concat().into()),
                    Self::Binary(bytes) => Self::Binary([prefix.as_bytes(), &bytes].concat().into()),
                    other => other,
                }
            }

            fn without_prefix(self, length: usize) -> Self {
                match self {
                    Self::Text(text) => {
                        let rest = <$bytes>::from(text).slice(length..);
                        let rest = <$text>::try_from(rest);
                        Self::Text(rest.expect("what follows ASCII text in a text is a text"))
                    }
                    Self::Binary(bytes) => Self::Binary(bytes.slice(length..)),
                    other => other,
                }
            }
        }
    };
}

#[cfg(feature = "axum")]
impl_message!(axum::extract::ws::Message, axum::extract::ws::Utf8Bytes, axum::body::Bytes);

#[cfg(feature = "tungstenite")]
impl_message!(tungstenite::Message, tungstenite::Utf8Bytes, tungstenite::Bytes);
