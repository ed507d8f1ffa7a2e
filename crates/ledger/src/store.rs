//! The store: traces from Jaeger's query API, in OTLP JSON.

use std::collections::BTreeMap;

use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use trace_assert::{Span, Trace, TraceId, otlp};

use crate::page::Page;
use crate::read_error::{ReadError, ReadProblem};

type Result<T> = std::result::Result<T, ReadError>;

/// How many traces of one service are requested: more than a run makes. Jaeger's memory store requires a limit below its
/// own.
const MOST_TRACES: usize = 50_000;

/// Jaeger's query API.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    base: String,
}

impl Store {
    /// The store whose query API is at `base`, such as `http://127.0.0.1:16686`.
    #[must_use]
    pub fn new(client: Client, base: String) -> Self {
        Self { client, base }
    }

    /// Every trace with a span that started at `since` or later.
    ///
    /// # Errors
    /// When there is no response, or it is not OTLP JSON, or may not have all traces.
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
    /// When there is no response, or it is not OTLP JSON.
    pub async fn trace(&self, id: TraceId) -> Result<Option<Trace>> {
        let page = self.page(&format!("traces/{id}"));
        Ok(traces(&page, self.client.get(&page.url)).await?.into_iter().next())
    }

    async fn services(&self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Services {
            #[serde(default)]
            services: Vec<String>,
        }
        let page = self.page("services");
        let text = page.found(self.client.get(&page.url)).await?.unwrap_or_default();
        Ok(page.json::<Services>(&text, "a list of services")?.services)
    }

    async fn search(&self, service: &str, since: jiff::Timestamp) -> Result<Vec<Trace>> {
        let page = self.page("traces");
        let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60);
        let query = [
            ("query.service_name", service.to_owned()),
            ("query.start_time_min", since.to_string()),
            ("query.start_time_max", until.to_string()),
            ("query.num_traces", MOST_TRACES.to_string()),
        ];
        let found = traces(&page, self.client.get(&page.url).query(&query)).await?;
        uncut(found, MOST_TRACES).map_err(|problem| page.error(problem))
    }

    fn page(&self, path: &str) -> Page {
        Page { part: "jaeger".to_owned(), url: format!("{}/api/v3/{path}", self.base) }
    }
}

async fn traces(page: &Page, request: RequestBuilder) -> Result<Vec<Trace>> {
    let Some(text) = page.found(request).await? else { return Ok(Vec::new()) };
    let spans = otlp::parse(&text).map_err(|error| page.error(ReadProblem::Unexpected("OTLP JSON", error.into())))?;
    Ok(Trace::group(as_received(spans)))
}

/// The traces of a response, unless there are as many as were requested: then some may be missing from it.
fn uncut(traces: Vec<Trace>, most: usize) -> std::result::Result<Vec<Trace>, ReadProblem> {
    if traces.len() < most { Ok(traces) } else { Err(ReadProblem::CutOff(most)) }
}

/// Spans without what Jaeger adds to them when they are queried, such as its warnings about absent parents.
#[expect(clippy::disallowed_methods, reason = "the names of these attributes are Jaeger's")]
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
    fn a_response_with_as_many_traces_as_were_requested_may_be_cut() {
        let traces = || [1, 2].map(|id| Trace { id: TraceId([id; 16]), spans: Vec::new() }).to_vec();
        assert_eq!(uncut(traces(), 3).unwrap().len(), 2);
        let problem = uncut(traces(), 2).unwrap_err();
        assert!(matches!(problem, ReadProblem::CutOff(2)), "{problem}");
        let error = ReadError { part: "jaeger".to_owned(), url: "url".to_owned(), problem };
        assert!(!error.is_timeout(), "waiting does not help");
    }
}
