//! The stage that redacts every ended span before export, and counts the removed secrets.

use std::borrow::Cow;

use opentelemetry::metrics::{Counter, Meter};
use opentelemetry::trace::Status;
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

use super::looks::{self, MARK, is_suspicious, without_secrets};
use super::names_a_credential;
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
        looks::prepare();
        let redacted = meter
            .u64_counter(LAB_REDACTED)
            .with_description("Secrets that were taken out of spans before they left.")
            .with_unit("{secret}")
            .build();
        Self { redacted }
    }

    fn count(&self, kind: &'static str) {
        self.redacted.add(1, &[KeyValue::new(LAB_REDACTED_KIND, kind)]);
    }

    fn attributes(&self, attributes: &mut [KeyValue]) {
        for attribute in attributes {
            let key = attribute.key.as_str();
            if is_suspicious(key) && names_a_credential(key) {
                self.whole(&mut attribute.value);
            } else {
                self.value(&mut attribute.value);
            }
        }
    }

    /// Replaces the value of an attribute whose name denotes a credential, whatever the value is.
    fn whole(&self, value: &mut Value) {
        // A boolean contains no secret, as in `auth.required`.
        if !matches!(value, Value::Bool(_)) {
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
        if let Some(cleaned) = without_secrets(text.as_str(), &mut |kind| self.count(kind)) {
            *text = cleaned.into();
        }
    }

    fn name(&self, name: &mut Cow<'static, str>) {
        if let Some(cleaned) = without_secrets(name, &mut |kind| self.count(kind)) {
            *name = cleaned.into();
        }
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
