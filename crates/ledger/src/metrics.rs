//! The names of all metrics that the ledger reads, as Prometheus has them, without `_total`.

/// The metric whose labels name the process.
pub(crate) const TARGET_INFO: &str = "target_info";

// Of a service: semantic conventions "SDK metrics", and the lab's own.
pub(crate) const LIVE: &str = "otel_sdk_span_live";
pub(crate) const STARTED: &str = "otel_sdk_span_started";
pub(crate) const PROCESSED: &str = "otel_sdk_processor_span_processed";
pub(crate) const EXPORTED: &str = "otel_sdk_exporter_span_exported";
pub(crate) const DELIVERED: &str = "lab_messaging_deliveries";
pub(crate) const CONSUMED: &str = "messaging_client_consumed_messages";

// Of a collector, which Jaeger is as well.
pub(crate) const ACCEPTED: &str = "otelcol_receiver_accepted_spans";
pub(crate) const REFUSED: &str = "otelcol_receiver_refused_spans";
pub(crate) const SENT: &str = "otelcol_exporter_sent_spans";
pub(crate) const SEND_FAILED: &str = "otelcol_exporter_send_failed_spans";
pub(crate) const ENQUEUE_FAILED: &str = "otelcol_exporter_enqueue_failed_spans";
pub(crate) const QUEUE_CAPACITY: &str = "otelcol_exporter_queue_capacity";

// Of a tail sampler in a collector.
pub(crate) const RECEIVED: &str = "otelcol_processor_tail_sampling_new_trace_id_received";
pub(crate) const ROUNDS: &str = "otelcol_processor_tail_sampling_sampling_decision_timer_latency_count";
pub(crate) const DECIDED: &str = "otelcol_processor_tail_sampling_global_count_traces_sampled";
pub(crate) const EVICTED: &str = "otelcol_processor_tail_sampling_sampling_trace_dropped_too_early";
pub(crate) const TOO_LARGE: &str = "otelcol_processor_tail_sampling_traces_dropped_too_large";
pub(crate) const LATE: &str = "otelcol_processor_tail_sampling_early_releases_from_cache_decision";
pub(crate) const POLICY_TRACES: &str = "otelcol_processor_tail_sampling_count_traces_sampled";
pub(crate) const POLICY_SPANS: &str = "otelcol_processor_tail_sampling_count_spans_sampled";
pub(crate) const INCOMING: &str = "otelcol_processor_incoming_items";

// Of every component of a collector, with the feature gate `telemetry.newPipelineTelemetry`.
pub(crate) const RECEIVER_PRODUCED: &str = "otelcol_receiver_produced_items";
pub(crate) const PROCESSOR_CONSUMED: &str = "otelcol_processor_consumed_items";
pub(crate) const PROCESSOR_PRODUCED: &str = "otelcol_processor_produced_items";
pub(crate) const CONNECTOR_CONSUMED: &str = "otelcol_connector_consumed_items";
pub(crate) const CONNECTOR_PRODUCED: &str = "otelcol_connector_produced_items";
pub(crate) const EXPORTER_CONSUMED: &str = "otelcol_exporter_consumed_items";

/// All of them. The ledger ignores every other metric.
pub(crate) const METRICS: [&str; 28] = [
    TARGET_INFO,
    LIVE,
    STARTED,
    PROCESSED,
    EXPORTED,
    DELIVERED,
    CONSUMED,
    ACCEPTED,
    REFUSED,
    SENT,
    SEND_FAILED,
    ENQUEUE_FAILED,
    QUEUE_CAPACITY,
    RECEIVED,
    ROUNDS,
    DECIDED,
    EVICTED,
    TOO_LARGE,
    LATE,
    POLICY_TRACES,
    POLICY_SPANS,
    INCOMING,
    RECEIVER_PRODUCED,
    PROCESSOR_CONSUMED,
    PROCESSOR_PRODUCED,
    CONNECTOR_CONSUMED,
    CONNECTOR_PRODUCED,
    EXPORTER_CONSUMED,
];
