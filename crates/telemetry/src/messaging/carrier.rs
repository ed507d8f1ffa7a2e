//! Propagates trace context and baggage in top-level keys of a JSON object.
//!
//! The original bootcamp did the same. The distributed tracing extension of CloudEvents also uses the keys
//! `traceparent` and `tracestate`.

use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::{Context, global};
use serde_json::{Map, Value};

/// The keys of propagation. They do not belong to the payload.
pub(super) const KEYS: [&str; 3] = ["traceparent", "tracestate", "baggage"];

struct Writer<'a>(&'a mut Map<String, Value>);

impl Injector for Writer<'_> {
    fn set(&mut self, key: &str, value: String) {
        // The propagator also writes an empty tracestate. That is allowed in a header, but useless in a message.
        if !value.is_empty() {
            self.0.insert(key.to_owned(), value.into());
        }
    }
}

struct Reader<'a>(&'a Map<String, Value>);

impl Extractor for Reader<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// Injects a context into a message. Keys of the payload with the same names are removed, because a receiver would
/// parse them as context.
pub fn inject(context: &Context, message: &mut Map<String, Value>) {
    for key in KEYS {
        message.shift_remove(key);
    }
    global::get_text_map_propagator(|propagator| propagator.inject_context(context, &mut Writer(message)));
}

/// Extracts the context of a message. It is empty if the keys are missing or malformed. The CONSUMER span then starts
/// a new trace.
#[must_use]
pub fn extract(message: &Map<String, Value>) -> Context {
    global::get_text_map_propagator(|propagator| propagator.extract_with_context(&Context::new(), &Reader(message)))
}
