//! The metrics of a case: their values before the first step, and what they become.

use anyhow::{Context, Result};
use std::time::Duration;

use crate::prometheus::Prometheus;
use crate::step_result::{SkipReason, StepResult};
use scenario::topology::Topology;
use scenario::{Amount, Metric};

/// The value of each metric before the first step.
#[derive(Debug)]
pub(crate) struct MetricBaseline<'a> {
    metrics: Vec<(&'a Metric, f64)>,
    /// Without metrics there may be no Prometheus.
    prometheus: Option<Prometheus>,
}

impl<'a> MetricBaseline<'a> {
    /// Reads every metric. The value before an increase contains every request that was served before this call.
    ///
    /// # Errors
    /// When Prometheus does not respond, rejects a query, or has only older samples.
    pub(crate) async fn read(metrics: &'a [Metric], client: reqwest::Client, topology: &Topology) -> Result<Self> {
        if metrics.is_empty() {
            return Ok(Self { metrics: Vec::new(), prometheus: None });
        }
        let prometheus = Prometheus::new(client, topology.url("prometheus", "web", "")?);
        let increases = metrics.iter().filter(|metric| matches!(metric.expected, Amount::Increase(_)));
        let queries: Vec<&str> = increases.map(|metric| metric.query.as_str()).collect();
        if !queries.is_empty() {
            prometheus.wait_until_current(&queries).await?;
        }
        let mut baseline = Vec::new();
        for metric in metrics {
            baseline.push((metric, prometheus.value(&metric.query).await?));
        }
        Ok(Self { metrics: baseline, prometheus: Some(prometheus) })
    }

    /// Waits until each metric is what it should be. A metric that grows with the steps says nothing when steps were skipped.
    ///
    /// # Errors
    /// When Prometheus does not answer, or refuses a query.
    pub(crate) async fn results(&self, skipped: bool, patience: Duration) -> Result<Vec<StepResult>> {
        let mut results = Vec::new();
        for (metric, baseline) in &self.metrics {
            if skipped && matches!(metric.expected, Amount::Increase(_)) {
                results.push(StepResult::skipped(&metric.caption, SkipReason::CountsSkippedSteps));
                continue;
            }
            let prometheus = self.prometheus.as_ref().context("prometheus")?;
            let finding = prometheus.settles(metric, *baseline, patience).await?;
            results.push(StepResult::plain(&metric.caption, finding.into_iter().collect()));
        }
        Ok(results)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::prometheus::tests::prometheus;

    #[tokio::test]
    async fn the_baseline_contains_requests_that_prometheus_had_not_scraped_before() {
        let port = prometheus(3).await.to_string();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let moved = |name: &str| (name == "LAB_PROMETHEUS_WEB").then(|| port.clone());
        let topology = Topology::load_located(&root, 0, moved).unwrap();
        let metric =
            |expected| Metric { caption: String::new(), covers: Vec::new(), query: "calls".to_owned(), expected };
        let metrics = [metric(Amount::Increase(1.0))];
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let baseline = MetricBaseline::read(&metrics, client, &topology).await.unwrap();
        assert_eq!(baseline.metrics[0].1, 7.0);
    }
}
