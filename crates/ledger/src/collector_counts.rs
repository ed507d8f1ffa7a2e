//! What a collector counts of spans.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::counters::Counters;
use crate::metrics::{ACCEPTED, ENQUEUE_FAILED, QUEUE_CAPACITY, REFUSED, SEND_FAILED, SENT};
use crate::tail_sampler_counts::TailSamplerCounts;

/// What one collector counts of spans (Jaeger is one as well).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectorCounts {
    /// Spans that its receivers accepted.
    pub accepted: u64,
    /// Spans that it refused, and that their senders retry: diagnosis, never a term.
    pub refused: u64,
    /// What became of the accepted spans, by exporter; each exporter gets every span.
    pub exporters: BTreeMap<String, ExporterCounts>,
    /// What its tail sampler counts, if it has one.
    pub tail: Option<TailSamplerCounts>,
}

/// What one exporter of a collector did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExporterCounts {
    /// Spans that the next hop accepted.
    pub sent: u64,
    /// Spans given up after all retries.
    pub send_failed: u64,
    /// Spans for which the queue had no room.
    pub enqueue_failed: u64,
}

impl CollectorCounts {
    /// The counts in a collector's own metrics.
    #[must_use]
    pub fn new(counters: &Counters) -> Self {
        // An exporter's queue is on the page from the start, its counts only once it has sent something: without this, the
        // ledger would not wait for a slow exporter.
        let mut names = counters.by(QUEUE_CAPACITY, "exporter", &[("data_type", "traces")]);
        names
            .extend([SENT, SEND_FAILED, ENQUEUE_FAILED].iter().flat_map(|metric| counters.by(metric, "exporter", &[])));
        let exporters = names.into_keys().map(|name| {
            let total = |metric| counters.total(metric, &[("exporter", &name)]);
            let [sent, send_failed, enqueue_failed] = [SENT, SEND_FAILED, ENQUEUE_FAILED].map(total);
            (name, ExporterCounts { sent, send_failed, enqueue_failed })
        });
        Self {
            accepted: counters.total(ACCEPTED, &[]),
            refused: counters.total(REFUSED, &[]),
            exporters: exporters.collect(),
            tail: TailSamplerCounts::new(counters),
        }
    }

    /// Metrics that the page must have and does not have. Before its first item a collector has no such metrics at all, so
    /// one is required only where another metric shows that it counted something.
    pub(crate) fn missing(counters: &Counters) -> BTreeSet<&'static str> {
        let handled = [SENT, SEND_FAILED, ENQUEUE_FAILED].iter().any(|metric| counters.total(metric, &[]) > 0);
        &counters.lacking(&[(ACCEPTED, handled)]) | &TailSamplerCounts::missing(counters)
    }

    /// Metrics of the link to its neighbors that are absent, which may mean that they have counted nothing.
    pub(crate) fn absent(counters: &Counters) -> BTreeSet<&'static str> {
        let handled = [SEND_FAILED, ENQUEUE_FAILED].iter().any(|metric| counters.has(metric));
        counters.lacking(&[(SENT, !handled), (ACCEPTED, true)])
    }

    /// Spans that its tail sampler did not let through; until it has decided about all of them, it may still let some through.
    #[must_use]
    pub fn removed(&self) -> u64 {
        self.tail.as_ref().map_or(0, |tail| self.accepted.saturating_sub(tail.let_through))
    }

    /// Spans that it accepted, that its tail sampler let through, and with which the slowest of its exporters is not done.
    #[must_use]
    pub fn held(&self) -> i64 {
        let done = self.exporters.values().map(ExporterCounts::done).min().unwrap_or(0);
        self.accepted.cast_signed() - self.removed().cast_signed() - done.cast_signed()
    }

    /// What all its exporters did together.
    #[must_use]
    pub fn exported(&self) -> ExporterCounts {
        self.exporters.values().fold(ExporterCounts::default(), |sum, exporter| ExporterCounts {
            sent: sum.sent + exporter.sent,
            send_failed: sum.send_failed + exporter.send_failed,
            enqueue_failed: sum.enqueue_failed + exporter.enqueue_failed,
        })
    }
}

impl ExporterCounts {
    /// Spans with which it is done.
    pub(crate) fn done(&self) -> u64 {
        self.sent + self.send_failed + self.enqueue_failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(text: &str) -> CollectorCounts {
        CollectorCounts::new(&Counters::parse(text).unwrap())
    }

    #[test]
    fn a_hop_holds_what_its_slowest_exporter_has_not_finished() {
        let hop = counts(
            "otelcol_receiver_accepted_spans{receiver=\"otlp\"} 7\n\
             otelcol_exporter_sent_spans{exporter=\"a\"} 7\n\
             otelcol_exporter_sent_spans{exporter=\"b\"} 3\n\
             otelcol_exporter_send_failed_spans{exporter=\"b\"} 2\n",
        );
        assert_eq!((hop.held(), hop.exported().sent, hop.exported().send_failed), (2, 10, 2));
    }

    #[test]
    fn a_hop_waits_for_an_exporter_that_has_sent_nothing_yet() {
        let hop = counts(
            "otelcol_receiver_accepted_spans{receiver=\"otlp\"} 7\n\
             otelcol_exporter_queue_capacity{data_type=\"traces\",exporter=\"a\"} 1000\n\
             otelcol_exporter_queue_capacity{data_type=\"traces\",exporter=\"b\"} 1000\n\
             otelcol_exporter_queue_capacity{data_type=\"metrics\",exporter=\"c\"} 1000\n\
             otelcol_exporter_sent_spans{exporter=\"a\"} 7\n",
        );
        assert_eq!((hop.held(), hop.exporters.len()), (7, 2));
    }

    #[test]
    fn a_renamed_metric_is_missing_and_an_idle_collector_lacks_none() {
        let missing = |text: &str| CollectorCounts::missing(&Counters::parse(text).unwrap());
        assert_eq!(missing("otelcol_process_uptime 1\n"), BTreeSet::new());
        let text = "otelcol_receiver_accepted_spans 2\notelcol_exporter_sent_spans{exporter=\"a\"} 2\n";
        assert_eq!(missing(text), BTreeSet::new());
        assert_eq!(missing(&text.replace(ACCEPTED, "renamed")), BTreeSet::from([ACCEPTED]));
    }

    #[test]
    fn a_tail_sampler_that_is_gone_went_back() {
        let before = Counters::parse("otelcol_processor_tail_sampling_new_trace_id_received 1\n").unwrap();
        let mut went_back = BTreeSet::new();
        let since = CollectorCounts::new(&Counters::default().since(&before, &mut went_back));
        assert_eq!((since.tail.unwrap().received, went_back.len()), (0, 1));
    }
}
