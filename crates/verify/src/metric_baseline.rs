//! The metrics of a case: their values before the first step, and what they become.

use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::problem::Problem;
use crate::prometheus::Prometheus;
use crate::step_result::{SkipReason, StepResult};
use scenario::topology::{Role, Topology, UnknownAddress};
use scenario::{Amount, Case, Metric, ScrapeTarget};

/// A metric and its value before the first step.
#[derive(Debug)]
pub(crate) struct MetricBaseline<'a> {
    metric: &'a Metric,
    value: f64,
    prometheus: Prometheus,
}

impl<'a> MetricBaseline<'a> {
    /// Reads every metric. The value before an increase contains every request that was served before this call.
    ///
    /// # Errors
    /// When Prometheus does not respond, rejects a query, or has only older samples.
    pub(crate) async fn read(case: &'a Case, client: &reqwest::Client, topology: &Topology) -> Result<Vec<Self>> {
        let metrics = &case.metrics;
        // Without metrics, no Prometheus needs to run.
        if metrics.is_empty() {
            return Ok(Vec::new());
        }
        let prometheus = Prometheus::new(client.clone(), topology.url("prometheus", "web", "")?);
        if metrics.iter().any(|metric| matches!(metric.expected, Amount::Increase(_))) {
            prometheus.wait_until_current(&senders(case, topology)?).await?;
        }
        let mut baselines = Vec::new();
        for metric in metrics {
            let value = prometheus.value(&metric.query).await?;
            baselines.push(Self { metric, value, prometheus: prometheus.clone() });
        }
        Ok(baselines)
    }

    /// Waits until the metric is what it should be. A metric that grows with the steps is not checked when steps were skipped.
    ///
    /// # Errors
    /// When Prometheus does not respond, or rejects the query.
    pub(crate) async fn result(&self, skipped: bool, timeout: Duration) -> Result<StepResult> {
        let caption = &self.metric.caption;
        if skipped && matches!(self.metric.expected, Amount::Increase(_)) {
            return Ok(StepResult::skipped(caption, SkipReason::CountsSkippedSteps));
        }
        let start = Instant::now();
        let mut ticks = interval(Duration::from_millis(100));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let problem = problem(self.metric, self.prometheus.value(&self.metric.query).await?, self.value);
            if problem.is_none() || start.elapsed() > timeout {
                return Ok(StepResult::plain(caption, problem.map(Into::into).into_iter().collect()));
            }
        }
    }
}

/// The services whose metrics Prometheus gets from a Collector.
fn senders(case: &Case, topology: &Topology) -> Result<Vec<String>, UnknownAddress> {
    let is_direct = ScrapeTarget::all(topology, &case.parts)?.iter().all(|target| !target.honor_labels);
    let mut senders = case.part_environments(topology, 0)?;
    senders.retain(|part, environment| {
        let is_service = topology.part(part).is_ok_and(|part| part.role == Role::Service);
        let exports = environment.get("OTEL_METRICS_EXPORTER").is_none_or(|exporter| exporter != "none");
        is_service && exports && !is_direct
    });
    Ok(senders.into_keys().collect())
}

/// What is wrong with a value, if something is; counts are compared to a thousandth.
fn problem(metric: &Metric, value: f64, baseline: f64) -> Option<Problem> {
    let near = |a: f64, b: f64| (a - b).abs() < 0.001;
    let is_right = match metric.expected {
        Amount::Increase(expected) => near(value - baseline, expected),
        Amount::Equals(expected) => near(value, expected),
        Amount::AtLeast(expected) => value >= expected,
    };
    let (query, expected) = (metric.query.clone(), metric.expected);
    (!is_right).then_some(Problem::Metric { query, expected, value, baseline })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::prometheus::tests::prometheus;

    fn is_right(expected: Amount, value: f64, baseline: f64) -> bool {
        let metric = Metric { caption: String::new(), covers: Vec::new(), query: "calls".to_owned(), expected };
        problem(&metric, value, baseline).is_none()
    }

    #[test]
    fn an_increase_is_counted_from_the_baseline() {
        assert!(is_right(Amount::Increase(3.0), 8.0, 5.0));
        assert!(!is_right(Amount::Increase(3.0), 9.0, 5.0));
    }

    #[test]
    fn a_value_is_compared_without_the_baseline() {
        assert!(is_right(Amount::AtLeast(2.0), 3.0, 2.0) && !is_right(Amount::AtLeast(2.0), 1.0, 0.0));
        assert!(is_right(Amount::Equals(2.0), 2.0, 2.0) && !is_right(Amount::Equals(2.0), 1.0, 0.0));
    }

    #[tokio::test]
    async fn the_baseline_contains_requests_that_prometheus_had_not_scraped_before() {
        let port = prometheus(3).await.to_string();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let moved = |name: &str| (name == "LAB_PROMETHEUS_WEB").then(|| port.clone());
        let topology = Topology::load_located(&root, 0, moved).unwrap();
        let metric =
            |expected| Metric { caption: String::new(), covers: Vec::new(), query: "calls".to_owned(), expected };
        let (parts, metrics) = (vec!["items".to_owned(), "gateway".to_owned()], vec![metric(Amount::Increase(1.0))]);
        let case = Case { export: "gateway".to_owned(), parts, metrics, ..Case::default() };
        assert_eq!(senders(&case, &topology).unwrap(), ["items"]);
        let direct = Case { parts: vec!["items".to_owned()], ..case.clone() };
        assert_eq!(senders(&direct, &topology).unwrap(), Vec::<String>::new());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let baseline = MetricBaseline::read(&case, &client, &topology).await.unwrap();
        assert_eq!(baseline[0].value, 7.0);
    }
}
