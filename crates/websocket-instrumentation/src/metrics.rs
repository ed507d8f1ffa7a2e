//! How many messages were sent and consumed, by the conventions for [messaging metrics].
//!
//! [messaging metrics]: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Meter};
use opentelemetry_semantic_conventions::attribute::ERROR_TYPE;
use opentelemetry_semantic_conventions::metric::{MESSAGING_CLIENT_CONSUMED_MESSAGES, MESSAGING_CLIENT_SENT_MESSAGES};

/// The two counters.
#[derive(Debug)]
pub(crate) struct Metrics {
    sent: Counter<u64>,
    consumed: Counter<u64>,
}

impl Metrics {
    pub(crate) fn new(meter: &Meter) -> Self {
        let counter =
            |name, description| meter.u64_counter(name).with_description(description).with_unit("{message}").build();
        Self {
            sent: counter(MESSAGING_CLIENT_SENT_MESSAGES, "Messages that were given to be sent."),
            consumed: counter(MESSAGING_CLIENT_CONSUMED_MESSAGES, "Messages that were received, malformed ones too."),
        }
    }

    /// Counts a message, written or given up.
    pub(crate) fn sent(&self, attributes: &[KeyValue], error_type: Option<&'static str>) {
        self.sent.add(1, &with(attributes, error_type));
    }

    /// Counts a message that was processed, whatever came of it.
    pub(crate) fn consumed(&self, attributes: &[KeyValue], error_type: Option<&'static str>) {
        self.consumed.add(1, &with(attributes, error_type));
    }
}

fn with(attributes: &[KeyValue], error_type: Option<&'static str>) -> Vec<KeyValue> {
    let error = error_type.map(|error_type| KeyValue::new(ERROR_TYPE, error_type));
    attributes.iter().cloned().chain(error).collect()
}
