//! The store: traces as Jaeger's query API answers them, in OTLP JSON.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use trace_assert::{Span, Trace, TraceId, otlp};

/// More traces than a run makes; Jaeger's memory store wants a limit below its own.
const MOST_TRACES: &str = "50000";

/// Jaeger's query API.
#[derive(Debug, Clone)]
pub struct Store {
    client: reqwest::Client,
    base: String,
}

impl Store {
    /// The store whose query API answers at `base`, such as `http://127.0.0.1:16686`.
    #[must_use]
    pub fn new(client: reqwest::Client, base: String) -> Self {
        Self { client, base }
    }

    /// Every trace with a span that started at `since` or later.
    ///
    /// # Errors
    /// When Jaeger does not answer, or not with OTLP JSON.
    pub async fn traces(&self, since: jiff::Timestamp) -> Result<Vec<Trace>> {
        let mut traces: BTreeMap<TraceId, Trace> = BTreeMap::new();
        for service in self.services().await? {
            for trace in Trace::group(self.search(&service, since).await?) {
                traces.entry(trace.id).or_insert(trace);
            }
        }
        Ok(traces.into_values().collect())
    }

    /// One trace; `None` when the store does not have it.
    ///
    /// # Errors
    /// When Jaeger does not answer, or not with OTLP JSON.
    pub async fn trace(&self, id: TraceId) -> Result<Option<Trace>> {
        let url = format!("{}/api/v3/traces/{id}", self.base);
        let answer = self.client.get(&url).send().await.with_context(|| format!("jaeger does not answer at {url}"))?;
        if answer.status() == reqwest::StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let spans = otlp::parse(&answer.text().await?).with_context(|| format!("jaeger's answer at {url}"))?;
        Ok(Trace::group(as_received(spans)).into_iter().next())
    }

    async fn services(&self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Services {
            #[serde(default)]
            services: Vec<String>,
        }
        let url = format!("{}/api/v3/services", self.base);
        let answer = self.client.get(&url).send().await.with_context(|| format!("jaeger does not answer at {url}"))?;
        let text = answer.error_for_status()?.text().await?;
        let services: Services = serde_json::from_str(&text).with_context(|| format!("jaeger's answer at {url}"))?;
        Ok(services.services)
    }

    async fn search(&self, service: &str, since: jiff::Timestamp) -> Result<Vec<Span>> {
        let url = format!("{}/api/v3/traces", self.base);
        let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60);
        let query = [
            ("query.service_name", service.to_owned()),
            ("query.start_time_min", since.to_string()),
            ("query.start_time_max", until.to_string()),
            ("query.num_traces", MOST_TRACES.to_owned()),
        ];
        let request = self.client.get(&url).query(&query);
        let answer = request.send().await.with_context(|| format!("jaeger does not answer at {url}"))?;
        let status = answer.status();
        let text = answer.text().await?;
        match status {
            reqwest::StatusCode::NOT_FOUND => Ok(Vec::new()),
            status if status.is_success() => {
                let spans = otlp::parse(&text).with_context(|| format!("jaeger's answer at {url}"))?;
                Ok(as_received(spans))
            }
            status => bail!("jaeger answers {status} at {url}: {text}"),
        }
    }
}

/// Spans without what Jaeger writes onto them when it is asked, such as its warnings about absent parents.
fn as_received(mut spans: Vec<Span>) -> Vec<Span> {
    for span in &mut spans {
        span.attributes.retain(|key, _| !key.starts_with("@jaeger@"));
    }
    spans
}
