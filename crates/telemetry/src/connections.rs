//! Counts long-lived connections; they have no spans, because no request opens them.

use std::sync::LazyLock;

use opentelemetry::metrics::Counter;
use opentelemetry::{KeyValue, global};
use opentelemetry_semantic_conventions::attribute::ERROR_TYPE;

use crate::attributes::{LAB_CONNECTION, LAB_CONNECTIONS};
use crate::scopes::SCOPE;

static CONNECTIONS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    let meter = global::meter(SCOPE);
    let counter = meter.u64_counter(LAB_CONNECTIONS).with_unit("{connection}");
    counter.with_description("Attempts to open a long-lived connection.").build()
});

/// Counts a connection that was opened. `kind` is the value of `lab.connection`. Later calls for the same kind are
/// reconnections.
pub fn opened(kind: &'static str) {
    CONNECTIONS.add(1, &[KeyValue::new(LAB_CONNECTION, kind)]);
}

/// Counts a connection that could not be opened or was lost. `error_type` is one of a few words.
pub fn failed(kind: &'static str, error_type: &'static str) {
    CONNECTIONS.add(1, &[KeyValue::new(LAB_CONNECTION, kind), KeyValue::new(ERROR_TYPE, error_type)]);
}
