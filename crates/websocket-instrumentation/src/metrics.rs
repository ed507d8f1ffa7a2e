//! Counters of sent and consumed messages, as defined by the conventions for [messaging metrics].
//!
//! [messaging metrics]: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Meter};
use opentelemetry_semantic_conventions::attribute::ERROR_TYPE;
use opentelemetry_semantic_conventions::metric::{MESSAGING_CLIENT_CONSUMED_MESSAGES, MESSAGING_CLIENT_SENT_MESSAGES};

/// The two counters; their unit is `{message}`.
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
            sent: counter(MESSAGING_CLIENT_SENT_MESSAGES, "Messages that a producer sent or failed to send."),
            consumed: counter(
                MESSAGING_CLIENT_CONSUMED_MESSAGES,
                "Messages that were received, including malformed ones.",
            ),
        }
    }

    /// Counts a message that was sent, or that failed with this error type.
    pub(crate) fn sent(&self, attributes: &[KeyValue], error_type: Option<&'static str>) {
        self.sent.add(1, &with(attributes, error_type));
    }

    /// Counts a message that was processed, or whose processing failed with this error type.
    pub(crate) fn consumed(&self, attributes: &[KeyValue], error_type: Option<&'static str>) {
        self.consumed.add(1, &with(attributes, error_type));
    }
}

/// Returns the attributes, with `error.type` if there is an error.
fn with(attributes: &[KeyValue], error_type: Option<&'static str>) -> Vec<KeyValue> {
    let error = error_type.map(|error_type| KeyValue::new(ERROR_TYPE, error_type));
    attributes.iter().cloned().chain(error).collect()
}
