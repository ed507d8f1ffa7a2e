//! The context block before a payload: lines of `name:value`, an empty line, then the unchanged payload.
//!
//! RFC 6455, section 5.2, provides for this: the payload data of a frame is "extension data" followed by "application
//! data". Once the extension is negotiated, *every* text and binary message starts with such a block; it is empty if
//! there is no context. Therefore a payload that looks like a block is never mistaken for one.

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};

/// The maximum length of a block, in bytes: enough for the longest `tracestate` (512) and `baggage` (8192) together.
const LIMIT: usize = 16 * 1024;

/// The fields that the propagators read and write, such as `traceparent`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Fields(HashMap<String, String>);

impl Injector for Fields {
    fn set(&mut self, name: &str, value: String) {
        // Some propagators write empty values, which carry no information.
        if !value.is_empty() {
            self.0.insert(name.to_ascii_lowercase(), value);
        }
    }
}

impl Extractor for Fields {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// Returns the block for a context, to be placed before the payload.
pub(crate) fn write(context: &Context, propagator: &dyn TextMapPropagator) -> String {
    let mut fields = Fields::default();
    propagator.inject_context(context, &mut fields);
    encode(&fields)
}

/// Returns the context in the block of a payload and the length of the block in bytes, or `None` if the payload does
/// not start with a block.
pub(crate) fn read(payload: &[u8], propagator: &dyn TextMapPropagator) -> Option<(Context, usize)> {
    let (fields, length) = decode(payload)?;
    // The base is an empty context: the context of the receiving task must not become the parent of the message.
    Some((propagator.extract_with_context(&Context::new(), &fields), length))
}

/// Returns the fields as a block; omits fields that are too long or that would break the format.
fn encode(fields: &Fields) -> String {
    let mut block = String::new();
    for (name, value) in &fields.0 {
        let fits = block.len() + name.len() + value.len() + 3 <= LIMIT;
        if fits && is_name(name) && !value.contains('\n') {
            block.extend([name, ":", value, "\n"]);
        }
    }
    block.push('\n');
    block
}

/// Returns the fields of a block and its length in bytes.
fn decode(payload: &[u8]) -> Option<(Fields, usize)> {
    let mut fields = HashMap::new();
    let mut read = 0;
    let head = &payload[..payload.len().min(LIMIT)];
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        read += line.len();
        let line = line.strip_suffix(b"\n")?;
        if line.is_empty() {
            return Some((Fields(fields), read));
        }
        let (name, value) = str::from_utf8(line).ok()?.split_once(':')?;
        if !is_name(name) {
            return None;
        }
        fields.insert(name.to_owned(), value.to_owned());
    }
    None
}

/// Returns whether the name is a valid field name: an HTTP header name in lowercase.
fn is_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    !name.is_empty() && name.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields() -> impl Strategy<Value = Fields> {
        prop::collection::hash_map("[a-z0-9_-]{1,20}", "[^\n]{0,60}", 0..5).prop_map(Fields)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn what_was_written_is_read_and_the_payload_stays_as_it_was(
            fields in fields(),
            payload in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let whole = [encode(&fields).as_bytes(), &payload].concat();
            let (read, length) = decode(&whole).unwrap();
            prop_assert_eq!(read, fields);
            prop_assert_eq!(&whole[length..], &payload[..]);
        }

        #[test]
        fn a_payload_that_is_a_block_itself_is_payload(outer in fields(), inner in fields()) {
            let inner = encode(&inner);
            let whole = format!("{}{inner}", encode(&outer));
            let (_, length) = decode(whole.as_bytes()).unwrap();
            prop_assert_eq!(&whole[length..], inner.as_str());
        }

        #[test]
        fn whatever_arrives_is_read_without_panic(payload in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some((_, length)) = decode(&payload) {
                prop_assert!(length <= payload.len());
            }
        }
    }

    #[test]
    fn a_field_that_would_break_the_block_is_left_out() {
        let fields = Fields(HashMap::from([
            ("no good".to_owned(), "a".to_owned()),
            ("injected".to_owned(), "a\n\nb".to_owned()),
            ("long".to_owned(), "a".repeat(LIMIT)),
            ("good".to_owned(), "a:b".to_owned()),
        ]));
        assert_eq!(encode(&fields), "good:a:b\n\n");
    }

    #[test]
    fn a_payload_without_a_block_is_not_taken_for_one() {
        for payload in ["", "hello", "hello\n\n", "a:b", "a:b\n", ":b\n\n", "A:b\n\n", "{\"a\":\n\n1}"] {
            assert_eq!(decode(payload.as_bytes()), None, "{payload:?}");
        }
        assert_eq!(decode(&[b'a'; 2 * LIMIT]), None);
    }
}
