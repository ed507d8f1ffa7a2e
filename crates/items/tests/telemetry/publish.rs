//! Tests `GET /pub`: the number of receivers, and a Redis that stops and returns.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde_json::{Value, json};
use telemetry::Peer;
use telemetry::testing::redis_server::RedisServer;
use telemetry::testing::refusing_peer::refusing_peer;
use telemetry::testing::{recorder, tree::tree};

use crate::world::{Items, assert_recorded_once, span};

async fn subscriber(redis: &Peer) -> redis::aio::PubSub {
    let client = redis::Client::open((redis.host.as_str(), redis.port)).unwrap();
    let mut subscriber = client.get_async_pubsub().await.unwrap();
    subscriber.subscribe("my-channel").await.unwrap();
    subscriber
}

#[tokio::test]
async fn a_message_is_published_with_the_context_of_its_producer_span() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let items = Items::start(refusing_peer(), redis.peer()).await;
    assert_eq!(items.get("/pub").await.body, json!({"receivers": 0}));

    let mut subscriber = subscriber(&redis.peer()).await;
    let answer = items.get("/pub").await;
    assert_eq!((answer.status, answer.body), (200, json!({"receivers": 1})));
    let message: Value =
        serde_json::from_slice(subscriber.on_message().next().await.unwrap().get_payload_bytes()).unwrap();
    let spans = recorder().wait_for(&answer.trace_id, 2).await;
    assert_eq!(tree(&spans), "SERVER GET /pub\n  PRODUCER publish my-channel\n");
    let producer = span(&spans, "PRODUCER");
    assert_eq!(message["traceparent"], json!(format!("00-{}-{}-01", producer.trace_id, producer.span_id)));
    assert_eq!(producer.attributes["messaging.destination.name"], json!("my-channel"));
}

#[tokio::test]
async fn redis_that_is_killed_is_503_and_redis_that_returned_is_used_by_the_next_call() {
    let Some(mut redis) = RedisServer::start().await else {
        return;
    };
    let items = Items::start(refusing_peer(), redis.peer()).await;
    assert_eq!(items.get("/pub").await.status, 200);

    redis.kill().await;
    for _ in 0..2 {
        let started = Instant::now();
        let answer = items.get("/pub").await;
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
        assert_eq!((answer.status, &answer.body["detail"]), (503, &json!("cannot publish the message to Redis")));
        let spans = recorder().wait_for(&answer.trace_id, 2).await;
        assert_eq!(tree(&spans), "SERVER GET /pub ERROR\n  PRODUCER publish my-channel ERROR\n");
        assert_recorded_once(&spans, 503);
    }
    redis.restart().await;
    assert_eq!(items.get("/pub").await.status, 200);
}

#[tokio::test]
async fn redis_that_restarts_between_two_calls_is_noticed_by_nobody() {
    let Some(mut redis) = RedisServer::start().await else {
        return;
    };
    let items = Items::start(refusing_peer(), redis.peer()).await;
    for _ in 0..3 {
        assert_eq!(items.get("/pub").await.status, 200);
        redis.kill().await;
        redis.restart().await;
    }
}
