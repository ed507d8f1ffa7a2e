//! Long-lived connections are counters and log lines, not spans: no request opened them, and no trace is theirs.

use std::sync::LazyLock;

use opentelemetry::metrics::Counter;
use opentelemetry::{KeyValue, global};
use opentelemetry_semantic_conventions::attribute::ERROR_TYPE;

use crate::attributes::{LAB_CONNECTION, LAB_CONNECTIONS};
use crate::providers::SCOPE;

static CONNECTIONS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    let meter = global::meter(SCOPE);
    let counter = meter.u64_counter(LAB_CONNECTIONS).with_unit("{connection}");
    counter.with_description("Attempts to open a long-lived connection.").build()
});

/// A connection of this kind is open.  The second time it is a reconnect.
pub fn opened(kind: &'static str) {
    CONNECTIONS.add(1, &[KeyValue::new(LAB_CONNECTION, kind)]);
}

/// A connection of this kind could not be opened, or broke.
pub fn failed(kind: &'static str, error_type: &'static str) {
    CONNECTIONS.add(1, &[KeyValue::new(LAB_CONNECTION, kind), KeyValue::new(ERROR_TYPE, error_type)]);
}
