//! Prometheus: the value of a query, and how new it is.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How long samples may be older than the check: longer than the default export interval of the SDK, which is one minute.
const CURRENT_WITHIN: Duration = Duration::from_secs(75);

/// A metric that every service exports from its start.
const EXPORTED: &str = "otel_sdk_span_live";

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

    /// Waits until Prometheus has samples that are newer than this call: of every target, and of every service in `senders`, whose
    /// metrics it gets from a Collector. So they contain every request that was served before, as far as the clocks of the
    /// services and of Prometheus agree.
    ///
    /// # Errors
    /// When the samples stay older, or Prometheus does not respond.
    pub(crate) async fn wait_until_current(&self, senders: &[String]) -> Result<()> {
        self.wait_until_newer(senders, CURRENT_WITHIN).await?;
        // A scrape may have got some metrics of an export, and others not yet.
        self.wait_until_newer(&[], CURRENT_WITHIN).await
    }

    async fn wait_until_newer(&self, senders: &[String], within: Duration) -> Result<()> {
        let since = self.value("vector(time())").await?;
        let deadline = Instant::now() + within;
        let mut ticks = interval(Duration::from_millis(100));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(old) = self.older_than(since, senders).await? else { return Ok(()) };
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

    /// The sample that is older than `since`, or does not exist: that of a target, or of a sender.
    async fn older_than(&self, since: f64, senders: &[String]) -> Result<Option<String>> {
        let targets: Targets = self.get("targets", &[("state", "active")]).await?;
        let scraped = self.value(&format!("count(timestamp(up) >= {since})")).await?;
        #[expect(clippy::cast_precision_loss, reason = "a number of targets")]
        if scraped < targets.active_targets.len() as f64 {
            return Ok(Some("the last scrape".to_owned()));
        }
        for sender in senders {
            // A Collector may prefix the names of metrics.
            let newer = format!("count(timestamp({{__name__=~\"(.+_)?{EXPORTED}\", job=\"{sender}\"}}) >= {since})");
            if self.value(&newer).await? < 1.0 {
                return Ok(Some(format!("the last `{EXPORTED}` of {sender}")));
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

    /// The port of a Prometheus with one target and one counter. The first `stale` queries about a sender find no new sample: the
    /// counter is 5. After them, it is 7.
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
                } else if line.contains(EXPORTED) {
                    stale = stale.saturating_sub(1);
                    value(usize::from(stale == 0))
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
        let senders = ["items".to_owned()];
        let error = prometheus.wait_until_newer(&senders, Duration::ZERO).await.unwrap_err().to_string();
        assert!(error.contains("the last `otel_sdk_span_live` of items"), "{error}");
        prometheus.wait_until_newer(&[], Duration::ZERO).await.unwrap();
    }
}
