//! What a collector counts of spans since its process began.

use std::collections::BTreeMap;

use crate::count::Count;
use crate::exporter_counts::ExporterCounts;
use crate::page::Page;
use crate::tail_sampler_counts::TailSamplerCounts;

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
        fill("otelcol_exporter_sent_spans", |sent| &mut sent.sent);
        fill("otelcol_exporter_send_failed_spans", |sent| &mut sent.send_failed);
        fill("otelcol_exporter_enqueue_failed_spans", |sent| &mut sent.enqueue_failed);
        Self {
            accepted: page.total("otelcol_receiver_accepted_spans"),
            refused: page.total("otelcol_receiver_refused_spans"),
            exporters,
            tail: TailSamplerCounts::new(page),
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

    fn merge(&self, other: &Self, number: fn(u64, u64) -> u64) -> Self {
        let mut exporters = self.exporters.clone();
        for (name, their) in &other.exporters {
            let own = exporters.entry(name.clone()).or_default();
            *own = ExporterCounts {
                sent: number(own.sent, their.sent),
                send_failed: number(own.send_failed, their.send_failed),
                enqueue_failed: number(own.enqueue_failed, their.enqueue_failed),
            };
        }
        let tail = self.tail.as_ref().map(|own| own.merge(&other.tail.clone().unwrap_or_default(), number));
        Self {
            accepted: number(self.accepted, other.accepted),
            refused: number(self.refused, other.refused),
            exporters,
            tail: tail.or_else(|| other.tail.clone()),
        }
    }
}

impl Count for CollectorCounts {
    fn since(&self, earlier: &Self) -> Self {
        self.merge(earlier, u64::saturating_sub)
    }

    fn plus(&self, other: &Self) -> Self {
        self.merge(other, u64::saturating_add)
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
}
