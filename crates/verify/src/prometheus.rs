//! Prometheus: the value of a query, and how new it is.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How long samples may be older than the check: longer than the default export interval of the SDK, which is one minute.
const CURRENT_WITHIN: Duration = Duration::from_secs(75);

/// Prometheus' HTTP API.
#[derive(Debug, Clone)]
pub(crate) struct Prometheus {
    client: reqwest::Client,
    base: String,
}

#[derive(Deserialize)]
struct Response<T> {
    status: String,
    #[serde(default)]
    error: String,
    data: Option<T>,
}

#[derive(Default, Deserialize)]
struct QueryResult {
    #[serde(default)]
    result: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    value: (f64, String),
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Targets {
    active_targets: Vec<serde::de::IgnoredAny>,
}

impl Prometheus {
    /// The Prometheus at `base`, such as `http://127.0.0.1:9090`.
    pub(crate) fn new(client: reqwest::Client, base: String) -> Self {
        Self { client, base }
    }

    /// The sum of the samples that a query returns now; no sample is 0.
    ///
    /// # Errors
    /// When Prometheus does not respond, or rejects the query.
    pub(crate) async fn value(&self, query: &str) -> Result<f64> {
        let result: QueryResult = self.get("query", &[("query", query)]).await?;
        // From 0.0, because the sum of nothing is -0.
        result.result.iter().try_fold(0.0, |sum, series| Ok(sum + series.value.1.parse::<f64>()?))
    }

    /// Waits until the samples of these queries are newer than this call, so that they contain every request that was served
    /// before it. A service that pushes its metrics may need an export and then a scrape for that.
    ///
    /// # Errors
    /// When the samples stay older, or Prometheus does not respond.
    pub(crate) async fn wait_until_current(&self, queries: &[&str]) -> Result<()> {
        self.wait_until_newer(queries, CURRENT_WITHIN).await
    }

    async fn wait_until_newer(&self, queries: &[&str], within: Duration) -> Result<()> {
        let since = self.value("vector(time())").await?;
        let deadline = Instant::now() + within;
        let mut ticks = interval(Duration::from_millis(100));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(old) = self.older_than(since, queries).await? else { return Ok(()) };
            if Instant::now() > deadline {
                bail!(
                    "cannot prove how much a metric increased: after {} s, {old} at {} is older than the check; shorten \
                     `scrape_interval` of Prometheus or OTEL_METRIC_EXPORT_INTERVAL of the services",
                    within.as_secs(),
                    self.base
                );
            }
        }
    }

    /// The sample that is older than `since`: that of a target, or of the metric of a query.
    async fn older_than(&self, since: f64, queries: &[&str]) -> Result<Option<String>> {
        let targets: Targets = self.get("targets", &[("state", "active")]).await?;
        let scraped = self.value(&format!("count(timestamp(up) >= {since})")).await?;
        #[expect(clippy::cast_precision_loss, reason = "a number of targets")]
        if scraped < targets.active_targets.len() as f64 {
            return Ok(Some("the last scrape".to_owned()));
        }
        let names: Vec<String> = self.get("label/__name__/values", &[]).await?;
        #[expect(
            clippy::disallowed_methods,
            reason = "the query is text of the scenario, in the language of Prometheus"
        )]
        let is_queried = |name: &&String| queries.iter().any(|query| query.contains(*name));
        for name in names.iter().filter(is_queried) {
            // An exporter of a collector also returns the last samples of processes that have exited: the newest count.
            let old = format!("count(max by (job) (timestamp({{__name__=\"{name}\"}})) < {since})");
            if self.value(&old).await? > 0.0 {
                return Ok(Some(format!("the last sample of `{name}`")));
            }
        }
        Ok(None)
    }

    async fn get<T: DeserializeOwned + Default>(&self, path: &str, query: &[(&str, &str)]) -> Result<T> {
        let url = format!("{}/api/v1/{path}", self.base);
        let request = self.client.get(&url).query(query);
        let text =
            request.send().await.with_context(|| format!("no response from Prometheus at {url}"))?.text().await?;
        let response: Response<T> =
            serde_json::from_str(&text).with_context(|| format!("invalid response from Prometheus at {url}"))?;
        if response.status != "success" {
            let query: String = query.iter().map(|(_, value)| format!(" `{value}`")).collect();
            bail!("Prometheus rejects{query} at {url}: {}", response.error);
        }
        Ok(response.data.unwrap_or_default())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// The port of a Prometheus with one target and one counter. The first `stale` queries of timestamps find old samples, in
    /// which the counter is 5. After them, the counter is 7.
    pub(crate) async fn prometheus(mut stale: usize) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = vec![0; 4096];
                let length = stream.read(&mut head).await.unwrap();
                let line = String::from_utf8_lossy(&head[..length]).lines().next().unwrap_or_default().to_owned();
                let value = |value: usize| format!(r#"{{"result":[{{"value":[0,"{value}"]}}]}}"#);
                let data = if line.contains("/targets") {
                    r#"{"activeTargets":[{}]}"#.to_owned()
                } else if line.contains("/label/") {
                    r#"["calls","up"]"#.to_owned()
                } else if line.contains("max+by") {
                    stale = stale.saturating_sub(1);
                    value(usize::from(stale > 0))
                } else if line.contains("timestamp") || line.contains("time") {
                    value(1)
                } else {
                    value(if stale > 0 { 5 } else { 7 })
                };
                let body = format!(r#"{{"status":"success","data":{data}}}"#);
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            }
        });
        port
    }

    #[tokio::test]
    async fn samples_that_stay_old_are_an_error_that_names_them() {
        let base = format!("http://127.0.0.1:{}", prometheus(usize::MAX).await);
        let prometheus = Prometheus::new(reqwest::Client::builder().no_proxy().build().unwrap(), base);
        let error = prometheus.wait_until_newer(&["sum(calls)"], Duration::ZERO).await.unwrap_err().to_string();
        assert!(error.contains("the last sample of `calls`"), "{error}");
        prometheus.wait_until_newer(&["other"], Duration::ZERO).await.unwrap();
    }
}
