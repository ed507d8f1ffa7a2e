//! Prometheus: the result of a query, and whether it is what the case expects.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::finding::Finding;
use scenario::{Amount, Metric};

/// Prometheus' query API.
#[derive(Debug, Clone)]
pub struct Prometheus {
    client: reqwest::Client,
    base: String,
}

#[derive(Deserialize)]
struct Answer {
    status: String,
    #[serde(default)]
    error: String,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    result: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    value: (f64, String),
}

impl Prometheus {
    /// The Prometheus that answers at `base`, such as `http://127.0.0.1:9090`.
    #[must_use]
    pub fn new(client: reqwest::Client, base: String) -> Self {
        Self { client, base }
    }

    /// The sum of the samples that a query answers now; no sample is 0.
    ///
    /// # Errors
    /// When Prometheus does not answer, or refuses the query.
    pub async fn value(&self, query: &str) -> Result<f64> {
        let url = format!("{}/api/v1/query", self.base);
        let request = self.client.get(&url).query(&[("query", query)]);
        let text = request.send().await.with_context(|| format!("prometheus does not answer at {url}"))?.text().await?;
        let answer: Answer = serde_json::from_str(&text).with_context(|| format!("prometheus' answer at {url}"))?;
        if answer.status != "success" {
            bail!("prometheus refuses `{query}`: {}", answer.error);
        }
        let series = answer.data.map(|data| data.result).unwrap_or_default();
        // From 0.0, because the sum of nothing is -0.
        series.iter().try_fold(0.0, |sum, series| Ok(sum + series.value.1.parse::<f64>()?))
    }

    /// Waits until a metric is what it should be; the text says what it was instead.
    ///
    /// # Errors
    /// When Prometheus does not answer, or refuses the query.
    pub async fn settles(&self, metric: &Metric, baseline: f64, patience: Duration) -> Result<Option<Finding>> {
        let start = Instant::now();
        let mut ticks = interval(Duration::from_millis(100));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let value = self.value(&metric.query).await?;
            let finding = finding(metric, value, baseline);
            if finding.is_none() || start.elapsed() > patience {
                return Ok(finding);
            }
        }
    }
}

/// What is wrong with a value, if something is; counts are compared to a thousandth.
fn finding(metric: &Metric, value: f64, baseline: f64) -> Option<Finding> {
    let near = |a: f64, b: f64| (a - b).abs() < 0.001;
    let is_right = match metric.expected {
        Amount::Increase(wanted) => near(value - baseline, wanted),
        Amount::Equals(wanted) => near(value, wanted),
        Amount::AtLeast(wanted) => value >= wanted,
    };
    let (query, expected) = (metric.query.clone(), metric.expected);
    (!is_right).then_some(Finding::Metric { query, expected, value, baseline })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(expected: Amount) -> Metric {
        Metric { caption: String::new(), covers: Vec::new(), query: "calls".to_owned(), expected }
    }

    #[test]
    fn an_increase_is_counted_from_the_baseline() {
        assert_eq!(finding(&metric(Amount::Increase(3.0)), 8.0, 5.0), None);
        assert_eq!(
            finding(&metric(Amount::Increase(3.0)), 9.0, 5.0).unwrap().to_string(),
            "`calls` grew by 4, expected 3 (from 5 to 9)"
        );
    }

    #[test]
    fn too_little_is_said_with_both_numbers() {
        assert_eq!(
            finding(&metric(Amount::AtLeast(2.0)), 1.0, 0.0).unwrap().to_string(),
            "`calls` is 1, expected 2 or more"
        );
        assert_eq!(finding(&metric(Amount::Equals(2.0)), 1.0, 0.0).unwrap().to_string(), "`calls` is 1, expected 2");
    }
}
