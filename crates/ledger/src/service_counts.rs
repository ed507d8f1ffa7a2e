//! What a service counts since its process began.

use std::collections::{BTreeMap, BTreeSet};

use crate::count::{Combine, Count, difference, sum};
use crate::error_type::ErrorType;
use crate::page::Page;
use crate::shutdown_report::ShutdownReport;

/// The names of the metrics, as Prometheus has them. Ended spans have no metric: `/spans` counts them.
const LIVE: &str = "otel_sdk_span_live";
const STARTED: &str = "otel_sdk_span_started";
const ENDED: &str = "/spans ended";
const PROCESSED: &str = "otel_sdk_processor_span_processed";
const EXPORTED: &str = "otel_sdk_exporter_span_exported";
const DELIVERED: &str = "lab_messaging_deliveries";
const CONSUMED: &str = "messaging_client_consumed_messages";

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
    pub dropped: BTreeMap<ErrorType, u64>,
    /// Spans whose export succeeded.
    pub exported: u64,
    /// Spans whose export failed, by reason; they may have arrived nevertheless.
    pub failed: BTreeMap<ErrorType, u64>,
    /// Σ receivers of the messages that it published.
    pub delivered: u64,
    /// Messages that it received by subscription, malformed ones included.
    pub consumed: u64,
}

impl ServiceCounts {
    /// Reads the service's `/metrics` page; `ended` comes from its `/spans`.
    #[must_use]
    pub fn new(page: &Page, ended: u64) -> Self {
        let unsigned = |number: i64| u64::try_from(number).unwrap_or(0);
        let result = |wanted: bool| {
            page.sum(STARTED, |label| (label("otel_span_sampling_result").as_deref() == Some("DROP")) != wanted)
        };
        let flawless =
            |name| unsigned(page.sum(name, |label| label("error_type").is_none_or(|reason| reason.is_empty())));
        let by_reason = |name| {
            let counts = page.by(name, "error_type").into_iter();
            let failed = counts.filter(|(reason, count)| !reason.is_empty() && *count > 0);
            failed.map(|(reason, count)| (ErrorType::Counted(reason), count)).collect()
        };
        Self {
            live: page.sum(LIVE, |_| true),
            started: unsigned(result(true)),
            non_recording: unsigned(result(false)),
            ended,
            processed: flawless(PROCESSED),
            dropped: by_reason(PROCESSED),
            exported: flawless(EXPORTED),
            failed: by_reason(EXPORTED),
            delivered: page.total(DELIVERED),
            consumed: unsigned(page.sum(CONSUMED, |label| label("messaging_system").as_deref() == Some("redis"))),
        }
    }

    /// Metrics that the page must have and does not have: a metric that is absent has counted nothing only where there was
    /// nothing to count.
    ///
    /// The services register `live` and `exported` when they start; `started` appears with the first span, and `processed`
    /// before the first export. A service with a disabled SDK has none of them and ends no span.
    #[must_use]
    pub fn missing(page: &Page, ended: u64) -> BTreeSet<&'static str> {
        let has_sdk = ended > 0 || [LIVE, STARTED, PROCESSED, EXPORTED].iter().any(|metric| page.has(metric));
        let required =
            [(LIVE, has_sdk), (EXPORTED, has_sdk), (STARTED, ended > 0), (PROCESSED, page.total(EXPORTED) > 0)];
        required
            .into_iter()
            .filter(|(metric, is_required)| *is_required && !page.has(metric))
            .map(|(metric, _)| metric)
            .collect()
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
        Self {
            started: report.started.saturating_sub(report.non_recording),
            non_recording: report.non_recording,
            ended: report.ended,
            processed: report.processed,
            dropped: with_rest(&last.dropped, report.dropped),
            exported: report.exported,
            failed: with_rest(&last.failed, report.failed),
            delivered: last.delivered,
            consumed: last.consumed,
            ..Self::default()
        }
    }

    fn merge(&self, other: &Self, combine: Combine<'_>, sign: i64) -> Self {
        Self {
            live: self.live + sign * other.live,
            started: combine(STARTED, self.started, other.started),
            non_recording: combine(STARTED, self.non_recording, other.non_recording),
            ended: combine(ENDED, self.ended, other.ended),
            processed: combine(PROCESSED, self.processed, other.processed),
            dropped: merged(PROCESSED, &self.dropped, &other.dropped, combine),
            exported: combine(EXPORTED, self.exported, other.exported),
            failed: merged(EXPORTED, &self.failed, &other.failed, combine),
            delivered: combine(DELIVERED, self.delivered, other.delivered),
            consumed: combine(CONSUMED, self.consumed, other.consumed),
        }
    }
}

/// The last reading by cause, and what the total has beyond it.
fn with_rest(last: &BTreeMap<ErrorType, u64>, total: u64) -> BTreeMap<ErrorType, u64> {
    let rest = |rest: u64| (rest > 0).then_some((ErrorType::AtShutdown, rest));
    match total.checked_sub(last.values().sum()) {
        Some(beyond) => last.clone().into_iter().chain(rest(beyond)).collect(),
        // The counter went back, which the difference to the last reading shows.
        None => rest(total).into_iter().collect(),
    }
}

/// Counts by reason, reason by reason.
fn merged(
    metric: &'static str,
    own: &BTreeMap<ErrorType, u64>,
    their: &BTreeMap<ErrorType, u64>,
    combine: Combine<'_>,
) -> BTreeMap<ErrorType, u64> {
    let mut merged = own.clone();
    for (reason, count) in their {
        let both = combine(metric, merged.get(reason).copied().unwrap_or(0), *count);
        merged.insert(reason.clone(), both);
    }
    merged.retain(|_, count| *count > 0);
    merged
}

impl Count for ServiceCounts {
    fn since(&self, earlier: &Self, went_back: &mut BTreeSet<&'static str>) -> Self {
        self.merge(earlier, &mut difference(went_back), -1)
    }

    fn plus(&self, other: &Self) -> Self {
        self.merge(other, &mut sum, 1)
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
        assert_eq!((service.processed, service.dropped[&ErrorType::Counted("queue_full".to_owned())]), (5, 2));
        assert_eq!((service.exported, service.failed[&ErrorType::Counted("timeout".to_owned())]), (4, 1));
        assert_eq!((service.started, service.non_recording), (7, 3));
    }

    #[test]
    fn a_shutdown_report_adds_what_the_last_reading_did_not_have() {
        let counted = |count| BTreeMap::from([(ErrorType::Counted("queue_full".to_owned()), count)]);
        let last = ServiceCounts { dropped: counted(2), delivered: 1, ..ServiceCounts::default() };
        let report =
            ShutdownReport { started: 9, non_recording: 4, dropped: 5, failed: 1, ..ShutdownReport::default() };
        let done = ServiceCounts::at_shutdown(&report, &last);
        assert_eq!((done.started, done.non_recording, done.delivered), (5, 4, 1));
        assert_eq!(done.dropped, BTreeMap::from_iter(counted(2).into_iter().chain([(ErrorType::AtShutdown, 3)])));
        assert_eq!(done.failed, BTreeMap::from([(ErrorType::AtShutdown, 1)]));
    }

    #[test]
    fn a_renamed_metric_is_missing_and_not_a_zero() {
        let text = "otel_sdk_span_live 0\notel_sdk_span_started_total 2\notel_sdk_processor_span_processed_total 2\n\
                    otel_sdk_exporter_span_exported_total 2\n";
        let missing = |text: &str, ended| ServiceCounts::missing(&Page::parse(text).unwrap(), ended);
        assert_eq!(missing(text, 2), BTreeSet::new());
        for metric in [LIVE, STARTED, PROCESSED, EXPORTED] {
            assert_eq!(missing(&text.replace(metric, "renamed"), 2), BTreeSet::from([metric]));
        }
    }

    #[test]
    fn a_service_without_spans_or_without_an_sdk_has_nothing_to_count() {
        let missing = |text: &str, ended| ServiceCounts::missing(&Page::parse(text).unwrap(), ended);
        assert_eq!(missing("otel_sdk_span_live 0\notel_sdk_exporter_span_exported_total 0\n", 0), BTreeSet::new());
        assert_eq!(missing("", 0), BTreeSet::new());
        assert_eq!(missing("", 1), BTreeSet::from([LIVE, STARTED, EXPORTED]));
    }

    #[test]
    fn a_counter_that_went_back_is_named() {
        let counted = |queue_full| BTreeMap::from([(ErrorType::Counted("queue_full".to_owned()), queue_full)]);
        let before = ServiceCounts { exported: 3, dropped: counted(2), ..ServiceCounts::default() };
        let mut went_back = BTreeSet::new();
        let since = ServiceCounts { exported: 2, ..ServiceCounts::default() }.since(&before, &mut went_back);
        assert_eq!((since.exported, went_back), (0, BTreeSet::from([EXPORTED, PROCESSED])));
    }
}
