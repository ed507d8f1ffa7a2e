//! Trace context and baggage in the top-level keys of a JSON object, as the bootcamp and CloudEvents have it.

use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::{Context, global};
use serde_json::{Map, Value};

/// The keys that belong to propagation and not to the payload.
pub(super) const KEYS: [&str; 3] = ["traceparent", "tracestate", "baggage"];

struct Writer<'a>(&'a mut Map<String, Value>);

impl Injector for Writer<'_> {
    fn set(&mut self, key: &str, value: String) {
        // The propagator writes an empty tracestate; a header may be empty, a key that says nothing is better left out.
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

/// Writes a context into a message.  What the payload has under those keys goes: it would be taken for context.
pub fn inject(context: &Context, message: &mut Map<String, Value>) {
    for key in KEYS {
        message.shift_remove(key);
    }
    global::get_text_map_propagator(|propagator| propagator.inject_context(context, &mut Writer(message)));
}

/// Reads the context of a message.  What is missing or malformed is no context, and the message starts its own trace.
#[must_use]
pub fn extract(message: &Map<String, Value>) -> Context {
    global::get_text_map_propagator(|propagator| propagator.extract_with_context(&Context::new(), &Reader(message)))
}
