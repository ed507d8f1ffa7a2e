//! The Redis command of a step.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::step_response::StepResponse;
use ledger::timeouts::Timeouts;
use scenario::topology::Topology;

/// Sends a Redis command, again and again if its reply is awaited.
///
/// # Errors
/// When Redis does not answer, or the reply does not come in time.
pub(crate) async fn send(
    topology: &Topology,
    command: &[String],
    until: Option<&Value>,
    patience: Timeouts,
) -> Result<StepResponse> {
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
            return Ok(StepResponse { delivered, reply: Some(reply), given_up, ..StepResponse::default() });
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
