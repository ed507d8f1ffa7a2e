//! Trace and span IDs: fixed numbers of bytes, with a text form in lowercase hexadecimal.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The ID of a trace: 16 bytes, written as 32 hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(pub [u8; 16]);

/// The ID of a span: 8 bytes, written as 16 hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId(pub [u8; 8]);

/// The error for a text that is not a valid ID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {digits} hexadecimal digits")]
pub struct IdError {
    text: String,
    digits: usize,
}

macro_rules! hexadecimal {
    ($id:ident, $bytes:literal) => {
        impl $id {
            /// Returns whether all bytes are zero; OTLP uses this ID for "none".
            pub fn is_zero(&self) -> bool {
                self.0 == [0; $bytes]
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        impl FromStr for $id {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let mut bytes = [0; $bytes];
                decode(text, &mut bytes)?;
                Ok(Self(bytes))
            }
        }
    };
}

hexadecimal!(TraceId, 16);
hexadecimal!(SpanId, 8);

fn decode(text: &str, bytes: &mut [u8]) -> Result<(), IdError> {
    let digits = bytes.len() * 2;
    if text.len() != digits || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(IdError { text: text.to_owned(), digits });
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        // Both digits were checked above, so the default is never used.
        *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).unwrap_or_default();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_shown_as_it_was_read_in_lower_case() {
        let id: TraceId = "4BF92F3577B34DA6A3CE929D0E0E4736".parse().unwrap();
        assert_eq!(id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    #[test]
    fn a_wrong_length_or_digit_is_named() {
        let error = "4bf92f35".parse::<SpanId>().unwrap_err();
        assert_eq!(error.to_string(), r#""4bf92f35" is not 16 hexadecimal digits"#);
        assert!("+0f067aa0ba902b7".parse::<SpanId>().is_err());
        assert!("é0f067aa0ba902b".parse::<SpanId>().is_err());
    }
}
