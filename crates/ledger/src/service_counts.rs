//! What a service counts since its process began.

use std::collections::BTreeMap;

use crate::count::Count;
use crate::page::Page;
use crate::shutdown_report::ShutdownReport;

/// What one service counts (semantic conventions "SDK metrics", and the `lab.*` counters).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceCounts {
    /// Spans that are started and not ended.
    pub live: i64,
    /// Spans that were started and recorded.
    pub started: u64,
    /// Spans that were started and not recorded, by the sampler's decision.
    pub non_recording: u64,
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

impl ServiceCounts {
    /// Reads the service's `/metrics` page; `ended` comes from its `/spans`.
    #[must_use]
    pub fn new(page: &Page, ended: u64) -> Self {
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
            non_recording: unsigned(result(false)),
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

    /// The final counts of a process: as its report has them; of messages, which the report does not count, as last read.
    #[must_use]
    pub fn at_shutdown(report: &ShutdownReport, last: &Self) -> Self {
        let counted = |count: u64, reason: &str| (count > 0).then(|| (reason.to_owned(), count)).into_iter().collect();
        Self {
            started: report.started,
            ended: report.ended,
            processed: report.processed,
            dropped: counted(report.dropped, "dropped before the end"),
            exported: report.exported,
            failed: counted(report.failed, "before the end"),
            delivered: last.delivered,
            consumed: last.consumed,
            ..Self::default()
        }
    }

    fn merge(&self, other: &Self, number: fn(u64, u64) -> u64, sign: i64) -> Self {
        Self {
            live: self.live + sign * other.live,
            started: number(self.started, other.started),
            non_recording: number(self.non_recording, other.non_recording),
            ended: number(self.ended, other.ended),
            processed: number(self.processed, other.processed),
            dropped: merged(&self.dropped, &other.dropped, number),
            exported: number(self.exported, other.exported),
            failed: merged(&self.failed, &other.failed, number),
            delivered: number(self.delivered, other.delivered),
            consumed: number(self.consumed, other.consumed),
        }
    }
}

/// Counts by reason, reason by reason.
fn merged(
    own: &BTreeMap<String, u64>,
    their: &BTreeMap<String, u64>,
    number: fn(u64, u64) -> u64,
) -> BTreeMap<String, u64> {
    let mut merged = own.clone();
    for (reason, count) in their {
        let both = number(merged.get(reason).copied().unwrap_or(0), *count);
        merged.insert(reason.clone(), both);
    }
    merged.retain(|_, count| *count > 0);
    merged
}

impl Count for ServiceCounts {
    fn since(&self, earlier: &Self) -> Self {
        self.merge(earlier, u64::saturating_sub, -1)
    }

    fn plus(&self, other: &Self) -> Self {
        self.merge(other, u64::saturating_add, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let service = ServiceCounts::new(&page, 7);
        assert_eq!((service.processed, service.dropped["queue_full"]), (5, 2));
        assert_eq!((service.exported, service.failed["timeout"]), (4, 1));
        assert_eq!((service.started, service.non_recording), (7, 3));
    }
}
