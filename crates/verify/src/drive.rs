//! Drives one step: its requests or its Redis command, and what came back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use trace_assert::{SpanId, TraceId};

use super::answers;
use ledger::sampler_state::SamplerState;
use ledger::timeouts::Timeouts;
use scenario::Check;
use scenario::step::{Get, Place};
use scenario::topology::Topology;

/// What one action brought.
#[derive(Debug, Clone, Default)]
pub struct Driven {
    /// One answer per request; empty for a Redis command or a message.
    pub answers: Vec<Answer>,
    /// What came before, where a request was repeated.
    pub earlier: Vec<Answer>,
    /// The reply to a Redis command, or the answer over a WebSocket.
    pub reply: Option<Value>,
    /// How often something was asked for, and for how long, where that was given up.
    pub given_up: Option<(usize, Duration)>,
    /// How many receivers got what `lab` itself published.
    pub delivered: u64,
    /// The head sampler of each service, as it said right after.
    pub samplers: BTreeMap<String, SamplerState>,
}

/// The answer to one request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The part that answered.
    pub part: String,
    /// The trace that the service says it belongs to, and whether it was sampled.
    pub trace: Option<(TraceId, bool)>,
    /// The trace and the span that the request named as its parent, if it named one.
    pub caller: Option<(TraceId, SpanId)>,
    /// The body.
    pub body: String,
}

/// Sends every request of a step, `parallel` at once.
///
/// # Errors
/// When a request gets no answer.
pub async fn get(client: &reqwest::Client, topology: &Topology, get: &Get) -> Result<Driven> {
    let places = places(topology, get)?;
    let mut tasks = JoinSet::new();
    let mut answers = Vec::new();
    for _ in 0..get.times {
        if tasks.len() >= get.parallel as usize {
            answers.extend(next(&mut tasks).await?.unwrap_or_default());
        }
        let (client, caller, get, places) = (client.clone(), Caller::new(), get.clone(), Arc::clone(&places));
        tasks.spawn(async move { caller.ask(&client, &get, &places).await });
    }
    while let Some(more) = next(&mut tasks).await? {
        answers.extend(more);
    }
    Ok(Driven { answers, ..Driven::default() })
}

/// The part and the URL of every place.
type Places = Arc<[(String, String)]>;

fn places(topology: &Topology, get: &Get) -> Result<Places> {
    let place = |place: &Place| Ok((place.part.clone(), topology.url(&place.part, &place.port, &place.path)?));
    std::iter::once(&get.place).chain(&get.also).map(place).collect()
}

/// Sends a step's request again and again, until its answer is the expected one or the time is over.
///
/// # Errors
/// When a request gets no answer.
pub async fn get_until(
    client: &reqwest::Client,
    topology: &Topology,
    get: &Get,
    check: &Check,
    patience: Timeouts,
) -> Result<Driven> {
    let begun = Instant::now();
    let mut ticks = interval(Duration::from_millis(50));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut earlier, mut rounds) = (Vec::new(), 0);
    loop {
        ticks.tick().await;
        let driven = self::get(client, topology, get).await?;
        let done = driven.answers.iter().all(|answer| answers::is_expected(check, answer));
        rounds += 1;
        if done || begun.elapsed() > patience.for_a_change() {
            let given_up = (!done).then(|| (rounds, begun.elapsed()));
            return Ok(Driven { earlier, given_up, ..driven });
        }
        earlier.extend(driven.answers);
    }
}

async fn next(tasks: &mut JoinSet<Result<Vec<Answer>>>) -> Result<Option<Vec<Answer>>> {
    tasks.join_next().await.transpose()?.transpose()
}

/// Somebody who calls with a trace of their own, and keeps their own span to themselves.
struct Caller {
    trace: TraceId,
    span: SpanId,
}

impl Caller {
    fn new() -> Self {
        // Every bit by chance.  A version 4 UUID has two fixed bits where samplers look: of such traces a ratio of 0.5
        // keeps none.
        Self { trace: TraceId(rand::random()), span: SpanId(rand::random()) }
    }

    /// One request at each place, one after the other, all with the same headers.
    async fn ask(&self, client: &reqwest::Client, get: &Get, places: &[(String, String)]) -> Result<Vec<Answer>> {
        let mut answers = Vec::new();
        for (part, url) in places {
            let mut request = client.get(url);
            for (name, value) in &get.headers {
                request = request.header(name, self.fill(value));
            }
            let named = get.headers.contains_key("traceparent").then_some((self.trace, self.span));
            answers.push(answer(request, part, named).await.with_context(|| format!("GET {url}"))?);
        }
        Ok(answers)
    }

    /// `{trace_id}` and `{span_id}` in a header become this caller's.
    fn fill(&self, header: &str) -> String {
        header.replace("{trace_id}", &self.trace.to_string()).replace("{span_id}", &self.span.to_string())
    }
}

async fn answer(request: reqwest::RequestBuilder, part: &str, caller: Option<(TraceId, SpanId)>) -> Result<Answer> {
    let response = request.send().await?;
    let header = response.headers().get("traceresponse").and_then(|value| value.to_str().ok());
    let trace = header.and_then(traceresponse);
    let (status, part) = (response.status().as_u16(), part.to_owned());
    Ok(Answer { status, part, trace, caller, body: response.text().await? })
}

/// Reads `00-<trace id>-<span id>-<flags>` (W3C Trace Context level 2, `traceresponse`).
fn traceresponse(header: &str) -> Option<(TraceId, bool)> {
    let mut fields = header.split('-').skip(1);
    let id = fields.next()?.parse().ok()?;
    let flags = u8::from_str_radix(fields.nth(1)?, 16).ok()?;
    Some((id, flags & 1 == 1))
}

/// Sends a Redis command, again and again if its reply is awaited.
///
/// # Errors
/// When Redis does not answer, or the reply does not come in time.
pub async fn redis(
    topology: &Topology,
    command: &[String],
    until: Option<&Value>,
    patience: Timeouts,
) -> Result<Driven> {
    let address = format!("redis://{}:{}/", topology.host("redis"), topology.port("redis", "tcp")?);
    let begun = Instant::now();
    let mut rounds = 0;
    let mut ticks = interval(Duration::from_millis(20));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let reply = timeout(patience.for_a_reply(), reply(&address, command)).await.context("redis does not answer")?;
        let done = until.is_none() || matches!(&reply, Ok(reply) if Some(reply) == until);
        rounds += 1;
        if done || begun.elapsed() > patience.for_a_reply() {
            let reply = reply.with_context(|| format!("redis {}", command.join(" ")))?;
            let given_up = (!done).then(|| (rounds, begun.elapsed()));
            let delivered = receivers(command, &reply);
            return Ok(Driven { delivered, reply: Some(reply), given_up, ..Driven::default() });
        }
    }
}

async fn reply(address: &str, command: &[String]) -> Result<Value> {
    let client = redis::Client::open(address)?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    let mut request = redis::cmd(&command[0]);
    request.arg(&command[1..]);
    Ok(json(&request.query_async(&mut connection).await?))
}

/// What PUBLISH answers is how many receivers got the message.
fn receivers(command: &[String], reply: &Value) -> u64 {
    if command[0].eq_ignore_ascii_case("PUBLISH") { reply.as_u64().unwrap_or(0) } else { 0 }
}

/// A Redis reply as JSON.
fn json(reply: &redis::Value) -> Value {
    match reply {
        redis::Value::Nil => Value::Null,
        redis::Value::Int(number) => Value::from(*number),
        redis::Value::BulkString(bytes) => Value::from(String::from_utf8_lossy(bytes).into_owned()),
        redis::Value::SimpleString(text) => Value::from(text.as_str()),
        redis::Value::Okay => Value::from("OK"),
        redis::Value::Array(items) => items.iter().map(json).collect(),
        other => Value::from(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traceresponse_says_which_trace_and_whether_it_is_sampled() {
        let header = |flags| format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
        let (id, sampled) = traceresponse(&header("01")).unwrap();
        assert_eq!((id.to_string().as_str(), sampled), ("0af7651916cd43dd8448eb211c80319c", true));
        assert!(!traceresponse(&header("00")).unwrap().1);
        assert!(traceresponse("nonsense").is_none());
    }
}
