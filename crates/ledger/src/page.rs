//! One page of metrics in Prometheus' text form, and sums over it.

use std::collections::BTreeMap;

use prometheus_parse::{Sample, Scrape, Value};

/// The samples of one `/metrics` page.
#[derive(Debug, Default)]
pub struct Page {
    samples: Vec<Sample>,
}

impl Page {
    /// Reads a page; lines that are not samples are passed over, as Prometheus does with comments.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn parse(text: &str) -> Result<Self, std::io::Error> {
        let scrape = Scrape::parse(text.lines().map(|line| Ok(line.to_owned())))?;
        Ok(Self { samples: scrape.samples })
    }

    /// The sum of a metric's samples for which `keep` is true.
    pub fn sum(&self, name: &str, keep: impl Fn(&dyn Fn(&str) -> Option<String>) -> bool) -> i64 {
        self.named(name)
            .filter(|sample| keep(&|label: &str| sample.labels.get(label).map(str::to_owned)))
            .map(|sample| whole(&sample.value))
            .sum()
    }

    /// The sum of all samples of a metric.
    #[must_use]
    pub fn total(&self, name: &str) -> u64 {
        self.sum(name, |_| true).try_into().unwrap_or(0)
    }

    /// The sums of a metric's samples by the value of a label; those without the label are left out.
    #[must_use]
    pub fn by(&self, name: &str, label: &str) -> BTreeMap<String, u64> {
        self.by_where(name, label, |_| true)
    }

    /// The same, of the samples for which `keep` is true.
    #[must_use]
    pub fn by_where(
        &self,
        name: &str,
        label: &str,
        keep: impl Fn(&dyn Fn(&str) -> Option<String>) -> bool,
    ) -> BTreeMap<String, u64> {
        let mut sums = BTreeMap::new();
        for sample in self.named(name).filter(|sample| keep(&|label| sample.labels.get(label).map(str::to_owned))) {
            if let Some(value) = sample.labels.get(label) {
                *sums.entry(value.to_owned()).or_default() += u64::try_from(whole(&sample.value)).unwrap_or(0);
            }
        }
        sums
    }

    /// The value of a label on the first sample of a metric that has it.
    #[must_use]
    pub fn label(&self, name: &str, label: &str) -> Option<String> {
        self.named(name).find_map(|sample| sample.labels.get(label)).map(str::to_owned)
    }

    /// Whether a metric has any sample.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }

    /// The samples of a metric, whether or not the page spells counters with `_total`.
    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Sample> {
        self.samples.iter().filter(move |sample| {
            sample.metric == name || sample.metric.strip_suffix("_total").is_some_and(|stem| stem == name)
        })
    }
}

/// Counts are whole numbers that the text form writes as floating point.
#[expect(clippy::cast_possible_truncation, reason = "a counter of spans is far below 2^53")]
fn whole(value: &Value) -> i64 {
    match value {
        Value::Counter(number) | Value::Gauge(number) | Value::Untyped(number) => number.round() as i64,
        Value::Histogram(_) | Value::Summary(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# TYPE sent counter\nsent_total{exporter=\"a\"} 3\nsent_total{exporter=\"b\"} 4\n# TYPE live gauge\nlive -1\n";

    #[test]
    fn both_spellings_of_a_counter_are_found() {
        let page = Page::parse(TEXT).unwrap();
        assert_eq!(page.total("sent"), 7);
        assert_eq!(page.by("sent", "exporter")["b"], 4);
        assert_eq!(page.sum("live", |_| true), -1);
        assert_eq!(page.label("sent", "exporter").as_deref(), Some("a"));
    }
}
