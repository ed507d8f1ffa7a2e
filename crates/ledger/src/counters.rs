//! The counters of a process: read from its metrics page, summed over labels, subtracted and added.

use std::collections::{BTreeMap, BTreeSet};

use prometheus_parse::{Scrape, Value};

use crate::metrics::{METRICS, TARGET_INFO};

type Labels = BTreeMap<String, String>;

/// The counters of a process, and gauges beside them, by metric and labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters {
    series: BTreeMap<(String, Labels), i64>,
    /// The metrics that may decrease.
    gauges: BTreeSet<String>,
}

impl Counters {
    /// Reads a page in the text format of Prometheus. Histograms are left out, apart from their counts.
    ///
    /// # Errors
    /// When a line cannot be read.
    #[expect(clippy::disallowed_methods, reason = "the names of metrics are a foreign format")]
    #[expect(clippy::cast_possible_truncation, reason = "counts are whole numbers, and far below 2^53")]
    pub fn parse(text: &str) -> Result<Self, std::io::Error> {
        let mut counters = Self::default();
        for sample in Scrape::parse(text.lines().map(|line| Ok(line.to_owned())))?.samples {
            let (is_gauge, value) = match sample.value {
                Value::Gauge(value) => (true, value),
                Value::Counter(value) | Value::Untyped(value) => (false, value),
                Value::Histogram(_) | Value::Summary(_) => continue,
            };
            // Some pages end the name of a counter with `_total`, some do not.
            let name = sample.metric.strip_suffix("_total").unwrap_or(&sample.metric);
            if METRICS.contains(&name) {
                let labels = sample.labels.iter().map(|(label, value)| (label.clone(), value.clone())).collect();
                *counters.series.entry((name.to_owned(), labels)).or_default() += value.round() as i64;
                counters.gauges.extend((is_gauge || name == TARGET_INFO).then(|| name.to_owned()));
            }
        }
        Ok(counters)
    }

    /// Whether a metric has any series.
    pub(crate) fn has(&self, metric: &str) -> bool {
        self.series(metric, &[]).next().is_some()
    }

    /// The metrics that are required and have no series.
    pub(crate) fn lacking(&self, required: &[(&'static str, bool)]) -> BTreeSet<&'static str> {
        required
            .iter()
            .filter(|(metric, is_required)| *is_required && !self.has(metric))
            .map(|(metric, _)| *metric)
            .collect()
    }

    /// The sum of a metric's series with these labels; a label that is absent counts as empty.
    pub(crate) fn sum(&self, metric: &str, labels: &[(&str, &str)]) -> i64 {
        self.series(metric, labels).map(|(_, value)| value).sum()
    }

    /// The same for a counter.
    pub(crate) fn total(&self, metric: &str, labels: &[(&str, &str)]) -> u64 {
        self.sum(metric, labels).try_into().unwrap_or(0)
    }

    /// The sums of a counter by the value of a label; series in which the label is absent or empty are left out.
    pub(crate) fn by(&self, metric: &str, label: &str, labels: &[(&str, &str)]) -> BTreeMap<String, u64> {
        let mut sums = BTreeMap::new();
        for (own, value) in self.series(metric, labels) {
            if let Some(name) = own.get(label).filter(|name| !name.is_empty()) {
                *sums.entry(name.clone()).or_default() += u64::try_from(*value).unwrap_or(0);
            }
        }
        sums
    }

    /// Adds to one series of a counter.
    pub(crate) fn add(&mut self, metric: &str, labels: &[(&str, &str)], value: i64) {
        let labels = labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect();
        *self.series.entry((metric.to_owned(), labels)).or_default() += value;
    }

    /// What was counted since `earlier`, in the same process. A counter cannot decrease: one that did is named in `went_back`,
    /// and its difference is 0.
    #[must_use]
    pub(crate) fn since(&self, earlier: &Self, went_back: &mut BTreeSet<String>) -> Self {
        let mut since = self.clone();
        since.gauges.extend(earlier.gauges.iter().cloned());
        for (series, value) in &earlier.series {
            let difference = since.series.entry(series.clone()).or_default();
            *difference -= value;
            if *difference < 0 && !since.gauges.contains(&series.0) {
                *difference = 0;
                went_back.insert(series.0.clone());
            }
        }
        since
    }

    /// Adds the counts of another process.
    pub(crate) fn add_all(&mut self, other: &Self) {
        self.gauges.extend(other.gauges.iter().cloned());
        for (series, value) in &other.series {
            *self.series.entry(series.clone()).or_default() += value;
        }
    }

    fn series<'a>(&'a self, metric: &str, labels: &[(&str, &str)]) -> impl Iterator<Item = (&'a Labels, &'a i64)> {
        let has =
            |own: &Labels| labels.iter().all(|(label, value)| own.get(*label).map_or("", String::as_str) == *value);
        let series = self.series.iter().filter(move |((name, own), _)| name == metric && has(own));
        series.map(|((_, labels), value)| (labels, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "otelcol_exporter_sent_spans";
    const LIVE: &str = "otel_sdk_span_live";
    const TEXT: &str = "# TYPE otelcol_exporter_sent_spans_total counter\n\
                        otelcol_exporter_sent_spans_total{exporter=\"a\"} 3\n\
                        otelcol_exporter_sent_spans_total{exporter=\"b\"} 4\n\
                        # TYPE otel_sdk_span_live gauge\notel_sdk_span_live 1\ngo_threads 7\n";

    fn parsed(text: &str) -> Counters {
        Counters::parse(text).unwrap()
    }

    #[test]
    fn both_spellings_of_a_counter_are_found() {
        for counters in [parsed(TEXT), parsed(&TEXT.replace("_total", ""))] {
            assert_eq!((counters.total(SENT, &[]), counters.sum(LIVE, &[])), (7, 1));
            assert_eq!((counters.by(SENT, "exporter", &[])["b"], counters.total(SENT, &[("exporter", "a")])), (4, 3));
            assert!(!counters.has("go_threads"), "it is not read");
        }
    }

    #[test]
    fn a_counter_that_decreased_is_named_and_a_gauge_is_not() {
        let (before, mut went_back) = (parsed(TEXT), BTreeSet::new());
        let since = parsed(&TEXT.replace("} 3", "} 2").replace("live 1", "live 0")).since(&before, &mut went_back);
        assert_eq!((since.total(SENT, &[]), since.sum(LIVE, &[])), (0, -1));
        assert_eq!(went_back, BTreeSet::from([SENT.to_owned()]));
    }

    #[test]
    fn a_metric_that_the_ledger_does_not_read_may_decrease_and_so_may_the_number_of_target_infos() {
        let page = |value| format!("otelcol_process_restarts {value}\notel_sdk_metric_reader_errors {value}\n");
        let before = parsed(&format!("{}target_info{{service_instance_id=\"one\"}} 1\n", page(5)));
        let mut went_back = BTreeSet::new();
        _ = parsed(&page(4)).since(&before, &mut went_back);
        assert_eq!(went_back, BTreeSet::new());
    }

    #[test]
    fn a_series_that_disappeared_decreased() {
        let mut went_back = BTreeSet::new();
        let since = Counters::default().since(&parsed(TEXT), &mut went_back);
        assert_eq!((since.by(SENT, "exporter", &[])["a"], went_back.len()), (0, 1));
    }
}
