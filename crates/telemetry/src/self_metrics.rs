//! Metrics about spans that the Rust SDK does not provide yet: `otel.sdk.span.started`, `otel.sdk.span.live` and
//! `otel.sdk.exporter.span.exported`.
//!
//! Names and attributes follow the [semantic conventions for SDK metrics]. The SDK itself provides
//! `otel.sdk.processor.span.processed`.
//!
//! [semantic conventions for SDK metrics]: https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::metrics::{Counter, Meter};
use opentelemetry::{KeyValue, Value};
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, OTEL_COMPONENT_NAME, OTEL_COMPONENT_TYPE, OTEL_SPAN_PARENT_ORIGIN, OTEL_SPAN_SAMPLING_RESULT,
};
use opentelemetry_semantic_conventions::metric::{
    OTEL_SDK_EXPORTER_SPAN_EXPORTED, OTEL_SDK_SPAN_LIVE, OTEL_SDK_SPAN_STARTED,
};

use crate::ledger::Ledger;

const SAMPLED: &str = "RECORD_AND_SAMPLE";
const DROPPED: &str = "DROP";

/// The value of `otel.span.parent.origin`: whether the span has a parent, and whether the parent is in another
/// process.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    None,
    Local,
    Remote,
}

impl Origin {
    fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Local => "local",
            Self::Remote => "remote",
        }
    }
}

/// The counter `otel.sdk.span.started`, unit `{span}`. It also updates the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Started {
    counter: Counter<u64>,
    ledger: Arc<Ledger>,
}

impl Started {
    pub(crate) fn new(meter: &Meter, ledger: Arc<Ledger>) -> Self {
        let counter = meter
            .u64_counter(OTEL_SDK_SPAN_STARTED)
            .with_description("Spans that were created, whether sampled or not.")
            .with_unit("{span}")
            .build();
        Self { counter, ledger }
    }

    pub(crate) fn count(&self, origin: Origin, sampled: bool) {
        self.ledger.count_started(sampled);
        let result = if sampled { SAMPLED } else { DROPPED };
        let attributes =
            [KeyValue::new(OTEL_SPAN_PARENT_ORIGIN, origin.as_str()), KeyValue::new(OTEL_SPAN_SAMPLING_RESULT, result)];
        self.counter.add(1, &attributes);
    }
}

/// Registers `otel.sdk.span.live`, unit `{span}`. Its callback reads the ledger at collection time, so both always
/// agree.
pub(crate) fn observe_live(meter: &Meter, ledger: Arc<Ledger>) {
    // The provider keeps the instrument. `build` only returns a handle.
    let _handle = meter
        .i64_observable_up_down_counter(OTEL_SDK_SPAN_LIVE)
        .with_description("Recording spans that have not ended yet.")
        .with_unit("{span}")
        .with_callback(move |observer| {
            observer.observe(ledger.live(), &[KeyValue::new(OTEL_SPAN_SAMPLING_RESULT, SAMPLED)]);
        })
        .build();
}

/// The counter `otel.sdk.exporter.span.exported`, unit `{span}`. A failed export has the attribute `error.type`.
#[derive(Clone, Debug)]
pub(crate) struct Exported {
    counter: Counter<u64>,
    component: [KeyValue; 2],
    succeeded: Arc<AtomicU64>,
    failed: Arc<AtomicU64>,
}

impl Exported {
    pub(crate) fn new(meter: &Meter) -> Self {
        let counter = meter
            .u64_counter(OTEL_SDK_EXPORTER_SPAN_EXPORTED)
            .with_description("Spans for which the export has finished, with or without success.")
            .with_unit("{span}")
            .build();
        let component = [
            KeyValue::new(OTEL_COMPONENT_TYPE, "otlp_http_span_exporter"),
            KeyValue::new(OTEL_COMPONENT_NAME, "otlp_http_span_exporter/0"),
        ];
        // The series exists from the start. So "no span exported yet" differs from "no such metric".
        counter.add(0, &component);
        Self { counter, component, succeeded: Arc::default(), failed: Arc::default() }
    }

    pub(crate) fn succeeded(&self, spans: u64) {
        self.succeeded.fetch_add(spans, Ordering::Relaxed);
        self.counter.add(spans, &self.component);
    }

    pub(crate) fn failed(&self, spans: u64, error_type: String) {
        self.failed.fetch_add(spans, Ordering::Relaxed);
        let [component_type, component_name] = self.component.clone();
        let error = KeyValue::new(ERROR_TYPE, Value::from(error_type));
        self.counter.add(spans, &[component_type, component_name, error]);
    }

    /// The number of exported spans, and the number of spans whose export failed.
    pub(crate) fn totals(&self) -> (u64, u64) {
        (self.succeeded.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }
}
