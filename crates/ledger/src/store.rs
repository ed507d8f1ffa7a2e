//! The store: traces as Jaeger's query API answers them, in OTLP JSON.

use std::collections::BTreeMap;

use serde::Deserialize;
use trace_assert::{Span, Trace, TraceId, otlp};

use crate::read_error::ReadError;

/// What the part is called in errors.
const PART: &str = "jaeger";

type Result<T> = std::result::Result<T, ReadError>;

/// How many traces of one service are requested: more than a run makes. Jaeger's memory store requires a limit below its
/// own.
const MOST_TRACES: usize = 50_000;

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
    /// When Jaeger does not answer, not with OTLP JSON, or not with all traces.
    pub async fn traces(&self, since: jiff::Timestamp) -> Result<Vec<Trace>> {
        let mut traces: BTreeMap<TraceId, Trace> = BTreeMap::new();
        for service in self.services().await? {
            for trace in self.search(&service, since).await? {
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
        let text = self.answer(self.client.get(&url), &url).await?;
        let spans = text.map(|text| spans(&text, &url)).transpose()?;
        Ok(spans.and_then(|spans| Trace::group(spans).into_iter().next()))
    }

    async fn services(&self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Services {
            #[serde(default)]
            services: Vec<String>,
        }
        let url = format!("{}/api/v3/services", self.base);
        let text = self.answer(self.client.get(&url), &url).await?.unwrap_or_default();
        let services: Services =
            serde_json::from_str(&text).map_err(|error| unexpected(&url, "a list of services", error))?;
        Ok(services.services)
    }

    async fn search(&self, service: &str, since: jiff::Timestamp) -> Result<Vec<Trace>> {
        let url = format!("{}/api/v3/traces", self.base);
        let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60);
        let query = [
            ("query.service_name", service.to_owned()),
            ("query.start_time_min", since.to_string()),
            ("query.start_time_max", until.to_string()),
            ("query.num_traces", MOST_TRACES.to_string()),
        ];
        let text = self.answer(self.client.get(&url).query(&query), &url).await?;
        let spans = text.map_or_else(|| Ok(Vec::new()), |text| spans(&text, &url))?;
        uncut(Trace::group(spans), MOST_TRACES, &url)
    }

    /// The body of an answer; `None` where Jaeger has nothing (404).
    async fn answer(&self, request: reqwest::RequestBuilder, url: &str) -> Result<Option<String>> {
        let not_answering = |source| ReadError::NotAnswering { part: PART.to_owned(), url: url.to_owned(), source };
        let broken_off = |source| ReadError::BrokenOff { part: PART.to_owned(), url: url.to_owned(), source };
        let answer = request.send().await.map_err(not_answering)?;
        let status = answer.status();
        let text = answer.text().await.map_err(broken_off)?;
        match status {
            reqwest::StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(text)),
            status => Err(ReadError::Refused { part: PART.to_owned(), url: url.to_owned(), status, text }),
        }
    }
}

fn spans(text: &str, url: &str) -> Result<Vec<Span>> {
    otlp::parse(text).map(as_received).map_err(|error| unexpected(url, "OTLP JSON", error))
}

/// The traces of an answer, unless there are as many as were requested: then some may be missing from it.
fn uncut(traces: Vec<Trace>, most: usize, url: &str) -> Result<Vec<Trace>> {
    if traces.len() < most {
        return Ok(traces);
    }
    Err(ReadError::CutOff { part: PART.to_owned(), url: url.to_owned(), most })
}

fn unexpected(
    url: &str,
    expected: &'static str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> ReadError {
    ReadError::Unexpected { part: PART.to_owned(), url: url.to_owned(), expected, source: source.into() }
}

/// Spans without what Jaeger writes onto them when it is asked, such as its warnings about absent parents.
fn as_received(mut spans: Vec<Span>) -> Vec<Span> {
    for span in &mut spans {
        span.attributes.retain(|key, _| !key.starts_with("@jaeger@"));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_as_many_traces_as_were_requested_may_be_cut() {
        let traces = || [1, 2].map(|id| Trace { id: TraceId([id; 16]), spans: Vec::new() }).to_vec();
        assert_eq!(uncut(traces(), 3, "url").unwrap().len(), 2);
        let error = uncut(traces(), 2, "url").unwrap_err();
        assert!(matches!(error, ReadError::CutOff { most: 2, .. }), "{error}");
        assert!(!error.is_timeout(), "waiting does not help");
    }
}
