//! The Redis command of a step.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::time::timeout;

use crate::step_response::StepResponse;
use scenario::topology::Topology;

/// Sends a Redis command.
///
/// # Errors
/// When Redis does not respond in time, or rejects the command.
pub(crate) async fn send(topology: &Topology, command: &[String], within: Duration) -> Result<StepResponse> {
    let address = format!("redis://{}:{}/", topology.host("redis"), topology.port("redis", "tcp")?);
    let text = command.join(" ");
    let replied = timeout(within, reply(&address, command)).await;
    let replied =
        replied.with_context(|| format!("no reply to `{text}` from {address} within {} s", within.as_secs()))?;
    let reply = json(&replied.with_context(|| format!("redis: cannot run `{text}` at {address}"))?);
    // The reply to PUBLISH is the number of receivers.
    let published = command[0].eq_ignore_ascii_case("PUBLISH");
    let delivered = reply.as_u64().filter(|_| published).unwrap_or(0);
    Ok(StepResponse { delivered, reply: Some(("redis".to_owned(), reply)), ..StepResponse::default() })
}

async fn reply(address: &str, command: &[String]) -> redis::RedisResult<redis::Value> {
    let client = redis::Client::open(address)?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    redis::cmd(&command[0]).arg(&command[1..]).query_async(&mut connection).await
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
