//! The HTTP GET requests of a step.

use anyhow::{Context, Result};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use trace_assert::{SpanId, TraceId};

use crate::response::Response;
use crate::step_response::StepResponse;
use scenario::action::{Get, Place};
use scenario::topology::Topology;

/// Sends every request of a step, `parallel` at once.
///
/// # Errors
/// When a request gets no response.
pub(crate) async fn send(client: &reqwest::Client, topology: &Topology, get: &Get) -> Result<StepResponse> {
    let place = |place: &Place| Ok((place.part.clone(), topology.url(&place.part, &place.port, &place.path)?));
    let places: Vec<(String, String)> =
        std::iter::once(&get.place).chain(&get.also).map(place).collect::<Result<_>>()?;
    let requests = (0..get.times).map(|_| Caller::new().request(client, get, &places));
    let responses = stream::iter(requests).buffer_unordered(get.parallel as usize).try_concat().await?;
    Ok(StepResponse { responses, ..StepResponse::default() })
}

/// A caller outside the lab, which has a trace of its own and does not export its span.
struct Caller {
    trace: TraceId,
    span: SpanId,
}

impl Caller {
    fn new() -> Self {
        // Every bit is random. A version 4 UUID has two fixed bits where samplers look: of such traces a ratio of 0.5
        // keeps none.
        Self { trace: TraceId(rand::random()), span: SpanId(rand::random()) }
    }

    /// One request at each place, one after the other, all with the same headers.
    async fn request(self, client: &reqwest::Client, get: &Get, places: &[(String, String)]) -> Result<Vec<Response>> {
        let mut responses = Vec::new();
        for (part, url) in places {
            let mut request = client.get(url);
            for (name, value) in &get.headers {
                request = request.header(name, self.fill(value));
            }
            let named = get.headers.contains_key("traceparent").then_some((self.trace, self.span));
            let responded = async { Response::read(request.send().await?, part, named).await };
            responses.push(responded.await.with_context(|| format!("no response to GET {url}"))?);
        }
        Ok(responses)
    }

    /// `{trace_id}` and `{span_id}` in a header become this caller's.
    fn fill(&self, header: &str) -> String {
        header.replace("{trace_id}", &self.trace.to_string()).replace("{span_id}", &self.span.to_string())
    }
}
