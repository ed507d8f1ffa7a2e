//! The stage that redacts every ended span before export, and counts the removed secrets.

use std::borrow::Cow;

use credentials::{MARK, is_credential_name, is_placeholder, redact};
use opentelemetry::metrics::{Counter, Meter};
use opentelemetry::trace::Status;
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::attributes::{LAB_REDACTED, LAB_REDACTED_KIND};
use crate::environment::Parser;
use crate::processor::Stage;

const VARIABLE: &str = "LAB_REDACTION";

/// Reads `LAB_REDACTION`: `on` (the default) or `off`. Scenarios with a planted fault use `off`.
pub(crate) fn read(parser: &mut Parser<'_>) -> bool {
    parser.one_of(VARIABLE, true, &[("on", true), ("off", false)])
}

/// The second layer of redaction. Instrumentation is the first: it does not record known secrets. This stage finds
/// secrets in values that instrumentation cannot recognize.
///
/// It has to be a stage of *this crate's* span processor. The SDK passes an ended span by value, and each registered
/// processor gets its own clone, so changes by a separate processor would have no effect. A wrapped exporter could
/// redact too, without delaying requests. But then unredacted spans would wait in the queue, and `/spans` would show
/// unredacted names.
#[derive(Debug)]
pub(crate) struct Redaction {
    redacted: Counter<u64>,
}

impl Redaction {
    pub(crate) fn new(meter: &Meter) -> Self {
        credentials::prepare();
        let redacted = meter
            .u64_counter(LAB_REDACTED)
            .with_description("Secrets that were redacted in spans before their export.")
            .with_unit("{secret}")
            .build();
        Self { redacted }
    }

    fn count(&self, kind: &'static str) {
        self.redacted.add(1, &[KeyValue::new(LAB_REDACTED_KIND, kind)]);
    }

    fn attributes(&self, attributes: &mut [KeyValue]) {
        for attribute in attributes {
            if is_credential_name(attribute.key.as_str()) {
                self.whole(&mut attribute.value);
            } else {
                self.value(&mut attribute.value);
            }
        }
    }

    /// Replaces the value of an attribute whose name denotes a credential, whatever the value looks like.
    fn whole(&self, value: &mut Value) {
        if holds_something(value) {
            *value = MARK.into();
            self.count("key");
        }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(Array::String(texts)) => texts.iter_mut().for_each(|text| self.text(text)),
            _ => {}
        }
    }

    fn text(&self, text: &mut StringValue) {
        if let Some(cleaned) = redact(text.as_str(), &mut |pattern| self.count(pattern.kind)) {
            *text = cleaned.into();
        }
    }

    fn name(&self, name: &mut Cow<'static, str>) {
        if let Some(cleaned) = redact(name, &mut |pattern| self.count(pattern.kind)) {
            *name = cleaned.into();
        }
    }
}

/// Whether a value is more than a flag, as in `auth.required`, or a placeholder.
fn holds_something(value: &Value) -> bool {
    match value {
        Value::Bool(_) | Value::Array(Array::Bool(_)) => false,
        Value::String(text) => !is_placeholder(text.as_str()),
        Value::Array(Array::String(texts)) => texts.iter().any(|text| !is_placeholder(text.as_str())),
        _ => true,
    }
}

impl Stage for Redaction {
    fn end(&self, span: &mut SpanData) {
        self.name(&mut span.name);
        self.attributes(&mut span.attributes);
        for event in &mut span.events.events {
            self.name(&mut event.name);
            self.attributes(&mut event.attributes);
        }
        for link in &mut span.links.links {
            self.attributes(&mut link.attributes);
        }
        if let Status::Error { description } = &mut span.status {
            self.name(description);
        }
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::metrics::MeterProvider;
    use opentelemetry::metrics::noop::NoopMeterProvider;

    use super::*;

    fn redacted(key: &'static str, value: impl Into<Value>) -> Value {
        let mut attributes = [KeyValue::new(key, value)];
        Redaction::new(&NoopMeterProvider::new().meter("test")).attributes(&mut attributes);
        let [attribute] = attributes;
        attribute.value
    }

    #[test]
    fn each_pattern_of_the_table_is_applied() {
        for (text, expected) in credentials::patterns().flat_map(|pattern| pattern.examples) {
            assert_eq!(redacted("note", *text), Value::from(*expected), "{text}");
        }
    }

    #[test]
    fn flags_and_placeholders_stay_below_the_name_of_a_credential() {
        let texts = |texts: [&'static str; 2]| Value::Array(Array::String(texts.map(StringValue::from).into()));
        for value in [true.into(), "".into(), "REDACTED".into(), "****".into(), texts(["REDACTED", "[redacted]"])] {
            assert_eq!(redacted("db.password", value.clone()), value);
        }
        for value in [1234.into(), "hunter2".into(), texts(["REDACTED", "hunter2"])] {
            assert_eq!(redacted("db.password", value.clone()), MARK.into(), "{value:?}");
        }
    }
}
