//! Drives one step: its requests or its Redis command, and what came back.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use trace_assert::{SpanId, TraceId};

use crate::scenario::step::Get;
use crate::topology::Topology;

/// How long one request may take; longer than the longest `delay_ms` of items.
const REQUEST: Duration = Duration::from_secs(30);

/// How long a Redis reply may take to become the expected one.
const REPLY: Duration = Duration::from_secs(15);

/// What one action brought.
#[derive(Debug, Clone, Default)]
pub struct Driven {
    /// One answer per request; empty for a Redis command.
    pub answers: Vec<Answer>,
    /// The reply to a Redis command.
    pub reply: Option<Value>,
    /// How many receivers got what `lab` itself published.
    pub delivered: u64,
}

/// The answer to one request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
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
    let url = topology.url(&get.part, &get.port, &get.path)?;
    let mut tasks = JoinSet::new();
    let mut answers = Vec::new();
    for _ in 0..get.times {
        if tasks.len() >= get.parallel as usize {
            answers.extend(next(&mut tasks).await?);
        }
        let caller = Caller::new();
        let mut request = client.get(&url).timeout(REQUEST);
        for (name, value) in &get.headers {
            request = request.header(name, caller.fill(value));
        }
        let named = get.headers.contains_key("traceparent").then_some((caller.trace, caller.span));
        let url = url.clone();
        tasks.spawn(async move { answer(request, named).await.with_context(|| format!("GET {url}")) });
    }
    while let Some(answer) = next(&mut tasks).await? {
        answers.push(answer);
    }
    Ok(Driven { answers, ..Driven::default() })
}

async fn next(tasks: &mut JoinSet<Result<Answer>>) -> Result<Option<Answer>> {
    tasks.join_next().await.transpose()?.transpose()
}

async fn answer(request: reqwest::RequestBuilder, caller: Option<(TraceId, SpanId)>) -> Result<Answer> {
    let response = request.send().await?;
    let header = response.headers().get("traceresponse").and_then(|value| value.to_str().ok());
    let trace = header.and_then(traceresponse);
    Ok(Answer { status: response.status().as_u16(), trace, caller, body: response.text().await? })
}

/// Somebody who calls with a trace of their own, and keeps their own span to themselves.
struct Caller {
    trace: TraceId,
    span: SpanId,
}

impl Caller {
    fn new() -> Self {
        let (span, _) = uuid::Uuid::new_v4().as_u64_pair();
        Self { trace: TraceId(uuid::Uuid::new_v4().into_bytes()), span: SpanId(span.to_be_bytes()) }
    }

    /// `{trace_id}` and `{span_id}` in a header become this caller's.
    fn fill(&self, header: &str) -> String {
        header.replace("{trace_id}", &self.trace.to_string()).replace("{span_id}", &self.span.to_string())
    }
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
pub async fn redis(topology: &Topology, command: &[String], until: Option<&Value>) -> Result<Driven> {
    let address = format!("redis://{}:{}/", topology.host("redis"), topology.port("redis", "tcp")?);
    let deadline = Instant::now() + REPLY;
    let mut ticks = interval(Duration::from_millis(20));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let reply = timeout(REPLY, reply(&address, command)).await.context("redis does not answer")?;
        let done = until.is_none() || matches!(&reply, Ok(reply) if Some(reply) == until);
        if done || Instant::now() > deadline {
            let reply = reply.with_context(|| format!("redis {}", command.join(" ")))?;
            return Ok(Driven { delivered: receivers(command, &reply), reply: Some(reply), ..Driven::default() });
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
