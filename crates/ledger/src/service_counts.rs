//! What a service counts of spans and messages.

use std::collections::{BTreeMap, BTreeSet};

use crate::counters::Counters;
use crate::metrics::{CONSUMED, DELIVERED, EXPORTED, LIVE, PROCESSED, STARTED};
use crate::shutdown_report::ShutdownReport;

/// Ended spans have no metric: `/spans` counts them.
pub(crate) const ENDED: &str = "/spans ended";

/// The label of spans that the sampler did not want to record.
const NON_RECORDING: (&str, &str) = ("otel_span_sampling_result", "DROP");
/// The label with the cause of a failure; it is empty for a success.
const ERROR_TYPE: &str = "error_type";
/// A label of the ledger itself: counts from a shutdown report, which has no causes.
const AT_SHUTDOWN: (&str, &str) = ("at_shutdown", "true");

/// What one service counts (semantic conventions "SDK metrics", and the `lab.*` counters).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceCounts {
    /// Spans that have started and not ended.
    pub live: i64,
    /// Spans that have started and are not recorded, by the sampler's decision.
    pub non_recording: u64,
    /// Recorded spans that ended.
    pub ended: u64,
    /// Ended spans that the batch processor accepted.
    pub processed: u64,
    /// Ended spans that it dropped.
    pub dropped: Failures,
    /// Spans whose export succeeded.
    pub exported: u64,
    /// Spans whose export failed; they may have arrived nevertheless.
    pub failed: Failures,
    /// Σ receivers of the messages that it published.
    pub delivered: u64,
    /// Messages that it received by subscription, malformed ones included.
    pub consumed: u64,
}

/// Spans with which something failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failures {
    /// By the `error.type` of the counter, such as `queue_full` or `timeout`.
    pub by_error: BTreeMap<String, u64>,
    /// Since the last reading, as the shutdown report shows: it has no `error.type`.
    pub at_shutdown: u64,
}

impl Failures {
    fn new(counters: &Counters, metric: &str) -> Self {
        let by_error = counters.by(metric, ERROR_TYPE, &[]);
        Self { by_error, at_shutdown: counters.total(metric, &[AT_SHUTDOWN]) }
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.by_error.values().sum::<u64>() + self.at_shutdown
    }
}

impl ServiceCounts {
    /// The counts in a service's metrics, to which [`crate::reading::Reading::of_service`] adds the ended spans.
    #[must_use]
    pub fn new(counters: &Counters) -> Self {
        let succeeded = |metric| counters.total(metric, &[(ERROR_TYPE, ""), (AT_SHUTDOWN.0, "")]);
        Self {
            live: counters.sum(LIVE, &[]),
            non_recording: counters.total(STARTED, &[NON_RECORDING]),
            ended: counters.total(ENDED, &[]),
            processed: succeeded(PROCESSED),
            dropped: Failures::new(counters, PROCESSED),
            exported: succeeded(EXPORTED),
            failed: Failures::new(counters, EXPORTED),
            delivered: counters.total(DELIVERED, &[]),
            consumed: counters.total(CONSUMED, &[("messaging_system", "redis")]),
        }
    }

    /// Metrics that the page must have and does not have: a metric that is absent has counted nothing only where there was
    /// nothing to count.
    ///
    /// The services register `live` and `exported` when they start; `started` appears with the first span, and `processed`
    /// before the first export. A service with a disabled SDK has none of them and ends no span.
    pub(crate) fn missing(counters: &Counters) -> BTreeSet<&'static str> {
        let has_ended = counters.total(ENDED, &[]) > 0;
        let has_sdk = has_ended || [LIVE, STARTED, PROCESSED, EXPORTED].iter().any(|metric| counters.has(metric));
        let has_exported = counters.total(EXPORTED, &[]) > 0;
        let required = [(LIVE, has_sdk), (EXPORTED, has_sdk), (STARTED, has_ended), (PROCESSED, has_exported)];
        counters.lacking(&required)
    }

    /// The final counters of a process: its last reading, raised to its shutdown report. Messages, which the report does not
    /// count, stay as last read. A counter that the report has at less is named in `went_back`.
    pub(crate) fn at_shutdown(report: &ShutdownReport, last: &Counters, went_back: &mut BTreeSet<String>) -> Counters {
        let counts = Self::new(last);
        let started = last.total(STARTED, &[]);
        let recording = report.started.saturating_sub(report.non_recording);
        let raised = [
            (STARTED, vec![], started - counts.non_recording, recording),
            (STARTED, vec![NON_RECORDING], counts.non_recording, report.non_recording),
            (ENDED, vec![], counts.ended, report.ended),
            (PROCESSED, vec![], counts.processed, report.processed),
            (PROCESSED, vec![AT_SHUTDOWN], counts.dropped.total(), report.dropped),
            (EXPORTED, vec![], counts.exported, report.exported),
            (EXPORTED, vec![AT_SHUTDOWN], counts.failed.total(), report.failed),
        ];
        let mut counters = last.clone();
        for (metric, labels, read, reported) in raised {
            match reported.checked_sub(read) {
                Some(more) => counters.add(metric, &labels, more.cast_signed()),
                None => _ = went_back.insert(metric.to_owned()),
            }
        }
        counters.add(LIVE, &[], -counts.live);
        counters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters(text: &str, ended: i64) -> Counters {
        let mut counters = Counters::parse(text).unwrap();
        counters.add(ENDED, &[], ended);
        counters
    }

    const PAGE: &str = "otel_sdk_processor_span_processed_total{otel_component_type=\"batching_span_processor\"} 5\n\
                        otel_sdk_processor_span_processed_total{error_type=\"queue_full\"} 2\n\
                        otel_sdk_exporter_span_exported_total{error_type=\"\"} 4\n\
                        otel_sdk_exporter_span_exported_total{error_type=\"timeout\"} 1\n\
                        otel_sdk_span_started_total{otel_span_sampling_result=\"RECORD_AND_SAMPLE\"} 7\n\
                        otel_sdk_span_started_total{otel_span_sampling_result=\"DROP\"} 3\n\
                        lab_messaging_deliveries_total 1\n";

    #[test]
    fn a_full_queue_is_told_from_a_success() {
        let service = ServiceCounts::new(&counters(PAGE, 7));
        assert_eq!((service.processed, service.dropped.by_error["queue_full"], service.dropped.total()), (5, 2, 2));
        assert_eq!((service.exported, service.failed.by_error["timeout"], service.failed.total()), (4, 1, 1));
        assert_eq!((service.ended, service.non_recording), (7, 3));
    }

    #[test]
    fn a_shutdown_report_adds_what_the_last_reading_did_not_have() {
        let (started, ended, processed, exported) = (12, 9, 6, 5);
        let report = ShutdownReport { started, non_recording: 4, ended, processed, dropped: 5, exported, failed: 3 };
        let mut went_back = BTreeSet::new();
        let end = ServiceCounts::new(&ServiceCounts::at_shutdown(&report, &counters(PAGE, 7), &mut went_back));
        assert_eq!((end.non_recording, end.ended, end.processed, end.exported), (4, ended, processed, exported));
        assert_eq!((end.dropped.by_error["queue_full"], end.dropped.at_shutdown), (2, 3));
        assert_eq!((end.failed.by_error["timeout"], end.failed.at_shutdown, end.delivered), (1, 2, 1));
        assert_eq!(went_back, BTreeSet::new());
    }

    #[test]
    fn a_report_with_less_than_was_read_went_back() {
        let mut went_back = BTreeSet::new();
        let report = ShutdownReport {
            started: 10,
            non_recording: 3,
            ended: 7,
            processed: 5,
            dropped: 1,
            exported: 4,
            failed: 1,
        };
        _ = ServiceCounts::at_shutdown(&report, &counters(PAGE, 7), &mut went_back);
        assert_eq!(went_back, BTreeSet::from([PROCESSED.to_owned()]));
    }

    #[test]
    fn a_renamed_metric_is_missing_and_not_a_zero() {
        let text = "otel_sdk_span_live 0\notel_sdk_span_started_total 2\notel_sdk_processor_span_processed_total 2\n\
                    otel_sdk_exporter_span_exported_total 2\n";
        let missing = |text: &str, ended| ServiceCounts::missing(&counters(text, ended));
        assert_eq!(missing(text, 2), BTreeSet::new());
        for metric in [LIVE, STARTED, PROCESSED, EXPORTED] {
            assert_eq!(missing(&text.replace(metric, "renamed"), 2), BTreeSet::from([metric]));
        }
    }

    #[test]
    fn a_service_without_spans_or_without_an_sdk_has_nothing_to_count() {
        let missing = |text: &str, ended| ServiceCounts::missing(&counters(text, ended));
        assert_eq!(missing("otel_sdk_span_live 0\notel_sdk_exporter_span_exported_total 0\n", 0), BTreeSet::new());
        assert_eq!(missing("", 0), BTreeSet::new());
        assert_eq!(missing("", 1), BTreeSet::from([LIVE, STARTED, EXPORTED]));
    }
}
