//! What a service and what a collector counts, since its process began.

use std::collections::BTreeMap;

use serde::Deserialize;
use trace_assert::{SpanId, TraceId};

use super::page::Page;
use super::tail::Tail;

/// What one service counts (semantic conventions "SDK metrics", and the `lab.*` counters).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Spans that are started and not ended.
    pub live: i64,
    /// Spans that were started and recorded.
    pub started: u64,
    /// Spans that were started and not recorded, by the sampler's decision.
    pub unrecorded: u64,
    /// Recorded spans that ended.
    pub ended: u64,
    /// Ended spans that the batch processor took.
    pub processed: u64,
    /// Ended spans that it did not take, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Spans whose export succeeded.
    pub exported: u64,
    /// Spans whose export failed, by reason; they may have arrived all the same.
    pub failed: BTreeMap<String, u64>,
    /// Σ receivers of the messages that it published.
    pub delivered: u64,
    /// Messages that it received by subscription, malformed ones included.
    pub consumed: u64,
}

impl Service {
    /// Reads the service's `/metrics` page; `ended` comes from its `/spans`.
    #[must_use]
    pub fn read(page: &Page, ended: u64) -> Self {
        const PROCESSED: &str = "otel_sdk_processor_span_processed";
        const EXPORTED: &str = "otel_sdk_exporter_span_exported";
        let unsigned = |number: i64| u64::try_from(number).unwrap_or(0);
        let result = |wanted: bool| {
            page.sum("otel_sdk_span_started", |label| {
                (label("otel_span_sampling_result").as_deref() == Some("DROP")) != wanted
            })
        };
        let flawless =
            |name| unsigned(page.sum(name, |label| label("error_type").is_none_or(|reason| reason.is_empty())));
        let by_reason = |name| {
            let mut counts = page.by(name, "error_type");
            counts.retain(|reason, count| !reason.is_empty() && *count > 0);
            counts
        };
        Self {
            live: page.sum("otel_sdk_span_live", |_| true),
            started: unsigned(result(true)),
            unrecorded: unsigned(result(false)),
            ended,
            processed: flawless(PROCESSED),
            dropped: by_reason(PROCESSED),
            exported: flawless(EXPORTED),
            failed: by_reason(EXPORTED),
            delivered: page.total("lab_messaging_deliveries"),
            consumed: unsigned(page.sum("messaging_client_consumed_messages", |label| {
                label("messaging_system").as_deref() == Some("redis")
            })),
        }
    }

    /// Every reason's drops together.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.values().sum()
    }

    /// Every reason's failures together.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed.values().sum()
    }
}

/// What one collector counts of spans (Jaeger is one as well).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hop {
    /// Spans that its receivers took.
    pub accepted: u64,
    /// Spans that it sent back to be retried: diagnosis, never a term.
    pub refused: u64,
    /// What became of them, by exporter; each exporter gets every span.
    pub exporters: BTreeMap<String, Sent>,
    /// What its tail sampler counts, if it has one.
    pub tail: Option<Tail>,
}

/// What one exporter of a collector did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// Spans that the next hop took.
    pub sent: u64,
    /// Spans given up after all retries.
    pub send_failed: u64,
    /// Spans that found the queue full.
    pub enqueue_failed: u64,
}

impl Sent {
    /// Spans with which this exporter is done.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.sent + self.send_failed + self.enqueue_failed
    }
}

impl Hop {
    /// Reads a collector's own `/metrics` page.
    #[must_use]
    pub fn read(page: &Page) -> Self {
        // An exporter's queue is on the page from the start, its counts only once it has sent something: without this, one
        // that is late would not be waited for.
        let queues = page.by_where("otelcol_exporter_queue_capacity", "exporter", |label| {
            label("data_type").as_deref() == Some("traces")
        });
        let mut exporters: BTreeMap<String, Sent> =
            queues.into_keys().map(|exporter| (exporter, Sent::default())).collect();
        let mut fill = |name: &str, field: fn(&mut Sent) -> &mut u64| {
            for (exporter, count) in page.by(name, "exporter") {
                *field(exporters.entry(exporter).or_default()) = count;
            }
        };
        fill("otelcol_exporter_sent_spans", |sent| &mut sent.sent);
        fill("otelcol_exporter_send_failed_spans", |sent| &mut sent.send_failed);
        fill("otelcol_exporter_enqueue_failed_spans", |sent| &mut sent.enqueue_failed);
        Self {
            accepted: page.total("otelcol_receiver_accepted_spans"),
            refused: page.total("otelcol_receiver_refused_spans"),
            exporters,
            tail: Tail::read(page),
        }
    }

    /// Spans that its tail sampler did not let through; while that has not decided about all, some of them may still be.
    #[must_use]
    pub fn removed(&self) -> u64 {
        self.tail.as_ref().map_or(0, |tail| self.accepted.saturating_sub(tail.let_through))
    }

    /// Spans that it took, that its tail sampler let through, and with which the slowest of its exporters is not done.
    #[must_use]
    pub fn held(&self) -> i64 {
        let done = self.exporters.values().map(Sent::done).min().unwrap_or(0);
        self.accepted.cast_signed() - self.removed().cast_signed() - done.cast_signed()
    }

    /// Spans that left it, by all exporters together.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.exporters.values().map(|exporter| exporter.sent).sum()
    }

    /// Spans that it gave up.
    #[must_use]
    pub fn send_failed(&self) -> u64 {
        self.exporters.values().map(|exporter| exporter.send_failed).sum()
    }

    /// Spans for which its queue had no room.
    #[must_use]
    pub fn enqueue_failed(&self) -> u64 {
        self.exporters.values().map(|exporter| exporter.enqueue_failed).sum()
    }
}

/// A service's `/spans` page.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Spans {
    /// The process: `service.instance.id`.
    pub instance: String,
    /// Recorded spans that ended, all of them.
    pub ended: u64,
    /// The latest of them.
    #[serde(default)]
    pub spans: Vec<EndedSpan>,
}

/// A span that a service ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct EndedSpan {
    /// Its trace.
    #[serde(deserialize_with = "hex")]
    pub trace_id: TraceId,
    /// Its id.
    #[serde(deserialize_with = "hex")]
    pub span_id: SpanId,
    /// Its name.
    pub name: String,
    /// Whether it was to be exported.
    #[serde(default = "yes")]
    pub sampled: bool,
}

fn yes() -> bool {
    true
}

fn hex<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hop_holds_what_its_slowest_exporter_has_not_finished() {
        let page = Page::parse(
            "otelcol_receiver_accepted_spans{receiver=\"otlp\"} 7\n\
             otelcol_exporter_sent_spans{exporter=\"a\"} 7\n\
             otelcol_exporter_sent_spans{exporter=\"b\"} 3\n\
             otelcol_exporter_send_failed_spans{exporter=\"b\"} 2\n",
        )
        .unwrap();
        let hop = Hop::read(&page);
        assert_eq!((hop.held(), hop.sent(), hop.send_failed()), (2, 10, 2));
    }

    #[test]
    fn a_hop_waits_for_an_exporter_that_has_sent_nothing_yet() {
        let page = Page::parse(
            "otelcol_receiver_accepted_spans{receiver=\"otlp\"} 7\n\
             otelcol_exporter_queue_capacity{data_type=\"traces\",exporter=\"a\"} 1000\n\
             otelcol_exporter_queue_capacity{data_type=\"traces\",exporter=\"b\"} 1000\n\
             otelcol_exporter_queue_capacity{data_type=\"metrics\",exporter=\"c\"} 1000\n\
             otelcol_exporter_sent_spans{exporter=\"a\"} 7\n",
        )
        .unwrap();
        let hop = Hop::read(&page);
        assert_eq!((hop.held(), hop.exporters.len()), (7, 2));
    }

    #[test]
    fn a_full_queue_is_told_from_a_success() {
        let page = Page::parse(
            "otel_sdk_processor_span_processed_total{otel_component_type=\"batching_span_processor\"} 5\n\
             otel_sdk_processor_span_processed_total{error_type=\"queue_full\"} 2\n\
             otel_sdk_exporter_span_exported_total{error_type=\"\"} 4\n\
             otel_sdk_exporter_span_exported_total{error_type=\"timeout\"} 1\n\
             otel_sdk_span_started_total{otel_span_sampling_result=\"RECORD_AND_SAMPLE\"} 7\n\
             otel_sdk_span_started_total{otel_span_sampling_result=\"DROP\"} 3\n",
        )
        .unwrap();
        let service = Service::read(&page, 7);
        assert_eq!((service.processed, service.dropped["queue_full"]), (5, 2));
        assert_eq!((service.exported, service.failed["timeout"]), (4, 1));
        assert_eq!((service.started, service.unrecorded), (7, 3));
    }
}
