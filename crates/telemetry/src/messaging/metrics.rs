//! Counters of sent, delivered and consumed messages, which the lab compares to detect lost messages.

use std::sync::LazyLock;

use opentelemetry::metrics::Counter;
use opentelemetry::{KeyValue, global};
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, MESSAGING_DESTINATION_NAME, MESSAGING_OPERATION_NAME, MESSAGING_SYSTEM,
};
use opentelemetry_semantic_conventions::metric::{MESSAGING_CLIENT_CONSUMED_MESSAGES, MESSAGING_CLIENT_SENT_MESSAGES};

use super::channel::Channel;
use crate::attributes::LAB_MESSAGING_DELIVERIES;
use crate::scopes::SCOPE;

/// <https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/#metric-messagingclientsentmessages>
static SENT: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter(MESSAGING_CLIENT_SENT_MESSAGES, "Messages that a producer sent or failed to send."));

/// <https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/#metric-messagingclientconsumedmessages>
static CONSUMED: LazyLock<Counter<u64>> = LazyLock::new(|| {
    counter(MESSAGING_CLIENT_CONSUMED_MESSAGES, "Messages that were received, including malformed ones.")
});

/// The sum of the numbers of receivers that Redis returned for PUBLISH.
static DELIVERIES: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter(LAB_MESSAGING_DELIVERIES, "Number of receivers of published messages."));

fn counter(name: &'static str, description: &'static str) -> Counter<u64> {
    global::meter(SCOPE).u64_counter(name).with_description(description).with_unit("{message}").build()
}

pub(super) fn count_sent(channel: &Channel, error_type: Option<String>) {
    SENT.add(1, &attributes(channel, channel.send_operation(), error_type));
}

pub(super) fn count_consumed(channel: &Channel, error_type: Option<String>) {
    CONSUMED.add(1, &attributes(channel, "process", error_type));
}

pub(crate) fn count_deliveries(channel: &Channel, receivers: u64) {
    DELIVERIES.add(receivers, &attributes(channel, channel.send_operation(), None));
}

fn attributes(channel: &Channel, operation: &'static str, error_type: Option<String>) -> Vec<KeyValue> {
    let mut attributes = vec![
        KeyValue::new(MESSAGING_SYSTEM, channel.system),
        KeyValue::new(MESSAGING_DESTINATION_NAME, channel.destination.clone()),
        KeyValue::new(MESSAGING_OPERATION_NAME, operation),
    ];
    attributes.extend(error_type.map(|error_type| KeyValue::new(ERROR_TYPE, error_type)));
    attributes
}
