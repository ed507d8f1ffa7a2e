//! The HTTP GET requests of a step.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};
use trace_assert::{SpanId, TraceId};

use crate::response::Response;
use crate::response_check;
use crate::step_response::StepResponse;
use ledger::timeouts::Timeouts;
use scenario::Check;
use scenario::action::{Get, Place};
use scenario::topology::Topology;

/// Sends every request of a step, `parallel` at once.
///
/// # Errors
/// When a request gets no response.
pub(crate) async fn get(client: &reqwest::Client, topology: &Topology, get: &Get) -> Result<StepResponse> {
    let places = places(topology, get)?;
    let mut tasks = JoinSet::new();
    let mut responses = Vec::new();
    for _ in 0..get.times {
        if tasks.len() >= get.parallel as usize {
            responses.extend(next(&mut tasks).await?.unwrap_or_default());
        }
        let (client, caller, get, places) = (client.clone(), Caller::new(), get.clone(), Arc::clone(&places));
        tasks.spawn(async move { caller.request(&client, &get, &places).await });
    }
    while let Some(more) = next(&mut tasks).await? {
        responses.extend(more);
    }
    Ok(StepResponse { responses, ..StepResponse::default() })
}

/// The part and the URL of every place.
type Places = Arc<[(String, String)]>;

fn places(topology: &Topology, get: &Get) -> Result<Places> {
    let place = |place: &Place| Ok((place.part.clone(), topology.url(&place.part, &place.port, &place.path)?));
    std::iter::once(&get.place).chain(&get.also).map(place).collect()
}

/// Sends a step's request again and again, until its response is the expected one or the time is over.
///
/// # Errors
/// When a request gets no response.
pub(crate) async fn get_until(
    client: &reqwest::Client,
    topology: &Topology,
    get: &Get,
    check: &Check,
    patience: Timeouts,
) -> Result<StepResponse> {
    let begun = Instant::now();
    let mut ticks = interval(Duration::from_millis(50));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut earlier, mut rounds) = (Vec::new(), 0);
    loop {
        ticks.tick().await;
        let step = self::get(client, topology, get).await?;
        let done = step.responses.iter().all(|response| response_check::is_expected(check, response));
        rounds += 1;
        if done || begun.elapsed() > patience.deadline {
            let given_up = (!done).then(|| (rounds, begun.elapsed()));
            return Ok(StepResponse { earlier, given_up, ..step });
        }
        earlier.extend(step.responses);
    }
}

async fn next(tasks: &mut JoinSet<Result<Vec<Response>>>) -> Result<Option<Vec<Response>>> {
    tasks.join_next().await.transpose()?.transpose()
}

/// Somebody who calls with a trace of their own, and keeps their own span to themselves.
struct Caller {
    trace: TraceId,
    span: SpanId,
}

impl Caller {
    fn new() -> Self {
        // Every bit by chance. A version 4 UUID has two fixed bits where samplers look: of such traces a ratio of 0.5
        // keeps none.
        Self { trace: TraceId(rand::random()), span: SpanId(rand::random()) }
    }

    /// One request at each place, one after the other, all with the same headers.
    async fn request(&self, client: &reqwest::Client, get: &Get, places: &[(String, String)]) -> Result<Vec<Response>> {
        let mut responses = Vec::new();
        for (part, url) in places {
            let mut request = client.get(url);
            for (name, value) in &get.headers {
                request = request.header(name, self.fill(value));
            }
            let named = get.headers.contains_key("traceparent").then_some((self.trace, self.span));
            let responded = async { Response::read(request.send().await?, part, named).await };
            responses.push(responded.await.with_context(|| format!("GET {url}"))?);
        }
        Ok(responses)
    }

    /// `{trace_id}` and `{span_id}` in a header become this caller's.
    fn fill(&self, header: &str) -> String {
        header.replace("{trace_id}", &self.trace.to_string()).replace("{span_id}", &self.span.to_string())
    }
}
