//! What a collector counts of spans since its process began.

use std::collections::{BTreeMap, BTreeSet};

use crate::count::{Combine, Count, difference, sum};
use crate::exporter_counts::ExporterCounts;
use crate::page::Page;
use crate::tail_sampler_counts::TailSamplerCounts;

/// The names of the metrics, as Prometheus has them.
pub(crate) const ACCEPTED: &str = "otelcol_receiver_accepted_spans";
const REFUSED: &str = "otelcol_receiver_refused_spans";
pub(crate) const SENT: &str = "otelcol_exporter_sent_spans";
const SEND_FAILED: &str = "otelcol_exporter_send_failed_spans";
const ENQUEUE_FAILED: &str = "otelcol_exporter_enqueue_failed_spans";

/// What one collector counts of spans (Jaeger is one as well).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectorCounts {
    /// Spans that its receivers took.
    pub accepted: u64,
    /// Spans that it sent back to be retried: diagnosis, never a term.
    pub refused: u64,
    /// What became of them, by exporter; each exporter gets every span.
    pub exporters: BTreeMap<String, ExporterCounts>,
    /// What its tail sampler counts, if it has one.
    pub tail: Option<TailSamplerCounts>,
}

impl CollectorCounts {
    /// Reads a collector's own `/metrics` page.
    #[must_use]
    pub fn new(page: &Page) -> Self {
        // An exporter's queue is on the page from the start, its counts only once it has sent something: without this, one
        // that is late would not be waited for.
        let queues = page.by_where("otelcol_exporter_queue_capacity", "exporter", |label| {
            label("data_type").as_deref() == Some("traces")
        });
        let mut exporters: BTreeMap<String, ExporterCounts> =
            queues.into_keys().map(|exporter| (exporter, ExporterCounts::default())).collect();
        let mut fill = |name: &str, field: fn(&mut ExporterCounts) -> &mut u64| {
            for (exporter, count) in page.by(name, "exporter") {
                *field(exporters.entry(exporter).or_default()) = count;
            }
        };
        fill(SENT, |sent| &mut sent.sent);
        fill(SEND_FAILED, |sent| &mut sent.send_failed);
        fill(ENQUEUE_FAILED, |sent| &mut sent.enqueue_failed);
        Self {
            accepted: page.total(ACCEPTED),
            refused: page.total(REFUSED),
            exporters,
            tail: TailSamplerCounts::new(page),
        }
    }

    /// Metrics that the page must have and does not have. Before its first item a collector has no such metrics at all, so
    /// one is required only where another metric shows that it counted something.
    #[must_use]
    pub fn missing(page: &Page) -> BTreeSet<&'static str> {
        let handled = [SENT, SEND_FAILED, ENQUEUE_FAILED].iter().any(|metric| page.total(metric) > 0);
        let accepted = (handled && !page.has(ACCEPTED)).then_some(ACCEPTED);
        accepted.into_iter().chain(TailSamplerCounts::missing(page)).collect()
    }

    /// Metrics of the link to its neighbors that are absent, which may mean that they have counted nothing.
    #[must_use]
    pub fn absent(page: &Page) -> BTreeSet<&'static str> {
        let sent = [SENT, SEND_FAILED, ENQUEUE_FAILED].iter().all(|metric| !page.has(metric)).then_some(SENT);
        sent.into_iter().chain((!page.has(ACCEPTED)).then_some(ACCEPTED)).collect()
    }

    /// Spans that its tail sampler did not let through; while that has not decided about all, some of them may still be.
    #[must_use]
    pub fn removed(&self) -> u64 {
        self.tail.as_ref().map_or(0, |tail| self.accepted.saturating_sub(tail.let_through))
    }

    /// Spans that it took, that its tail sampler let through, and with which the slowest of its exporters is not done.
    #[must_use]
    pub fn held(&self) -> i64 {
        let done = self.exporters.values().map(ExporterCounts::done).min().unwrap_or(0);
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

    fn merge(&self, other: &Self, combine: Combine<'_>) -> Self {
        let mut exporters = self.exporters.clone();
        for (name, their) in &other.exporters {
            let own = exporters.entry(name.clone()).or_default();
            *own = ExporterCounts {
                sent: combine(SENT, own.sent, their.sent),
                send_failed: combine(SEND_FAILED, own.send_failed, their.send_failed),
                enqueue_failed: combine(ENQUEUE_FAILED, own.enqueue_failed, their.enqueue_failed),
            };
        }
        let tails = self.tail.is_some() || other.tail.is_some();
        let [own, their] = [self, other].map(|counts| counts.tail.clone().unwrap_or_default());
        Self {
            accepted: combine(ACCEPTED, self.accepted, other.accepted),
            refused: combine(REFUSED, self.refused, other.refused),
            exporters,
            tail: tails.then(|| own.merge(&their, combine)),
        }
    }
}

impl Count for CollectorCounts {
    fn since(&self, earlier: &Self, went_back: &mut BTreeSet<&'static str>) -> Self {
        self.merge(earlier, &mut difference(went_back))
    }

    fn plus(&self, other: &Self) -> Self {
        self.merge(other, &mut sum)
    }
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
        let hop = CollectorCounts::new(&page);
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
        let hop = CollectorCounts::new(&page);
        assert_eq!((hop.held(), hop.exporters.len()), (7, 2));
    }

    #[test]
    fn a_renamed_metric_is_missing_and_an_idle_collector_lacks_none() {
        let missing = |text: &str| CollectorCounts::missing(&Page::parse(text).unwrap());
        assert_eq!(missing("otelcol_process_uptime 1\n"), BTreeSet::new());
        let text = "otelcol_receiver_accepted_spans 2\notelcol_exporter_sent_spans{exporter=\"a\"} 2\n";
        assert_eq!(missing(text), BTreeSet::new());
        assert_eq!(missing(&text.replace(ACCEPTED, "renamed")), BTreeSet::from([ACCEPTED]));
    }

    #[test]
    fn a_tail_sampler_that_is_gone_went_back() {
        let tail = Some(TailSamplerCounts { received: 1, ..TailSamplerCounts::default() });
        let before = CollectorCounts { tail, ..CollectorCounts::default() };
        let mut went_back = BTreeSet::new();
        let since = CollectorCounts::default().since(&before, &mut went_back);
        assert_eq!((since.tail.unwrap().received, went_back.len()), (0, 1));
    }
}
