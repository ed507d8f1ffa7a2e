//! The counters of a process: read from its metrics page, summed over labels, subtracted and added.

use std::collections::{BTreeMap, BTreeSet};

use prometheus_parse::{Scrape, Value};

/// Beginnings of the names of all metrics that the ledger reads. Other metrics are ignored.
const READ: [&str; 7] = [
    "otelcol_receiver_",
    "otelcol_exporter_",
    "otelcol_processor_",
    "otel_sdk_",
    "lab_messaging_",
    "messaging_client_",
    "target_info",
];

type Labels = BTreeMap<String, String>;

/// The counters of a process, and gauges beside them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters(BTreeMap<String, Metric>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Metric {
    /// A gauge may decrease.
    is_gauge: bool,
    series: BTreeMap<Labels, i64>,
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
            if READ.iter().any(|beginning| name.starts_with(beginning)) {
                let labels = sample.labels.iter().map(|(label, value)| (label.clone(), value.clone()));
                counters.add_to(name, is_gauge, labels.collect(), value.round() as i64);
            }
        }
        Ok(counters)
    }

    /// Whether a metric has any series.
    #[must_use]
    pub fn has(&self, metric: &str) -> bool {
        self.0.contains_key(metric)
    }

    /// The sum of a metric's series with these labels; a label that is absent counts as empty.
    #[must_use]
    pub fn sum(&self, metric: &str, labels: &[(&str, &str)]) -> i64 {
        self.series(metric, labels).map(|(_, value)| value).sum()
    }

    /// The same for a counter.
    #[must_use]
    pub fn total(&self, metric: &str, labels: &[(&str, &str)]) -> u64 {
        self.sum(metric, labels).try_into().unwrap_or(0)
    }

    /// The sums of a counter by the value of a label; series in which the label is absent or empty are left out.
    #[must_use]
    pub fn by(&self, metric: &str, label: &str, labels: &[(&str, &str)]) -> BTreeMap<String, u64> {
        let mut sums = BTreeMap::new();
        for (own, value) in self.series(metric, labels) {
            if let Some(name) = own.get(label).filter(|name| !name.is_empty()) {
                *sums.entry(name.clone()).or_default() += u64::try_from(*value).unwrap_or(0);
            }
        }
        sums
    }

    /// Adds to one series of a counter.
    pub fn add(&mut self, metric: &str, labels: &[(&str, &str)], value: i64) {
        let labels = labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned()));
        self.add_to(metric, false, labels.collect(), value);
    }

    /// What was counted since `earlier`, in the same process. A counter cannot decrease: one that did is named in `went_back`,
    /// and its difference is 0.
    #[must_use]
    pub(crate) fn since(&self, earlier: &Self, went_back: &mut BTreeSet<String>) -> Self {
        let mut since = self.clone();
        for (name, metric) in &earlier.0 {
            for (labels, value) in &metric.series {
                let difference = since.add_to(name, metric.is_gauge, labels.clone(), -value);
                if *difference < 0 && !metric.is_gauge {
                    *difference = 0;
                    went_back.insert(name.clone());
                }
            }
        }
        since
    }

    /// Adds the counts of another process.
    pub(crate) fn add_all(&mut self, other: &Self) {
        for (name, metric) in &other.0 {
            for (labels, value) in &metric.series {
                self.add_to(name, metric.is_gauge, labels.clone(), *value);
            }
        }
    }

    fn add_to(&mut self, name: &str, is_gauge: bool, labels: Labels, value: i64) -> &mut i64 {
        let new = || Metric { is_gauge, ..Metric::default() };
        let sum = self.0.entry(name.to_owned()).or_insert_with(new).series.entry(labels).or_default();
        *sum += value;
        sum
    }

    fn series<'a>(&'a self, metric: &str, labels: &[(&str, &str)]) -> impl Iterator<Item = (&'a Labels, &'a i64)> {
        let has =
            |own: &Labels| labels.iter().all(|(label, value)| own.get(*label).map_or("", String::as_str) == *value);
        self.0.get(metric).into_iter().flat_map(|metric| &metric.series).filter(move |(own, _)| has(own))
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
    fn a_series_that_disappeared_decreased() {
        let mut went_back = BTreeSet::new();
        let since = Counters::default().since(&parsed(TEXT), &mut went_back);
        assert_eq!((since.by(SENT, "exporter", &[])["a"], went_back.len()), (0, 1));
    }
}
