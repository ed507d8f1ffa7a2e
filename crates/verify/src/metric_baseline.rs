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
    /// Reads every metric.
    ///
    /// # Errors
    /// When Prometheus does not answer, or refuses a query.
    pub(crate) async fn read(metrics: &'a [Metric], client: reqwest::Client, topology: &Topology) -> Result<Self> {
        if metrics.is_empty() {
            return Ok(Self { metrics: Vec::new(), prometheus: None });
        }
        let prometheus = Prometheus::new(client, topology.url("prometheus", "web", "")?);
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
