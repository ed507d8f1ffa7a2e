//! Tests `redis-subscriber` in this process with a real Redis: parents, links, missing context, malformed messages
//! and a restart of Redis.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::{Duration, Instant};

use redis_subscriber::{CHANNEL, config::Config, run};
use serde_json::json;
use telemetry::TimeoutFactor;
use telemetry::messaging::Parent;
use telemetry::testing::redis_server::RedisServer;
use telemetry::testing::{RecordedSpan, recorder};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Starts the service and waits until it is subscribed.
async fn start(redis: &RedisServer, parent: Parent) -> (CancellationToken, JoinHandle<anyhow::Result<()>>) {
    recorder();
    let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let timeout_factor = TimeoutFactor::default();
    let config = Config { admin: admin.local_addr().unwrap(), redis: redis.peer(), timeout_factor, parent };
    let stop = CancellationToken::new();
    let service = run(admin, axum::Router::new(), config, stop.clone().cancelled_owned());
    let service = tokio::spawn(service);
    subscribed(redis).await;
    (stop, service)
}

async fn subscribed(redis: &RedisServer) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while redis.command::<(String, u64)>(&["PUBSUB", "NUMSUB", CHANNEL]).await.1 != 1 {
        assert!(Instant::now() < deadline, "nobody subscribed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn publish(redis: &RedisServer, message: impl AsRef<[u8]>) {
    let message = String::from_utf8(message.as_ref().to_vec()).unwrap();
    assert_eq!(redis.command::<u64>(&["PUBLISH", CHANNEL, &message]).await, 1);
}

/// A message with a `traceparent`, and its trace ID.
fn with_context(trace: u32) -> (String, String) {
    let trace_id = format!("{trace:032x}");
    let traceparent = format!("00-{trace_id}-00000000000000aa-01");
    (json!({"message": "hello", "traceparent": traceparent, "baggage": "lab.tenant=acme"}).to_string(), trace_id)
}

async fn lonely(id: &str) -> RecordedSpan {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let mut spans = recorder().spans().into_iter();
        if let Some(span) = spans.find(|span| span.attributes.get("messaging.message.id") == Some(&json!(id))) {
            return span;
        }
        assert!(Instant::now() < deadline, "no span for {id}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn malformed_so_far() -> u64 {
    let metrics = recorder().metrics();
    let lines = metrics.lines().filter(|line| line.starts_with("messaging_client_consumed_messages_total"));
    let malformed = lines.filter(|line| line.contains("error_type"));
    malformed.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum()
}

#[tokio::test]
async fn a_message_is_a_consumer_span_below_its_producer() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let _service = start(&redis, Parent::Child).await;
    let (message, trace_id) = with_context(0x5001);
    publish(&redis, &message).await;
    let spans = recorder().wait_for(&trace_id, 1).await;
    assert_eq!((spans[0].kind.as_str(), spans[0].name.as_str()), ("CONSUMER", "process my-channel"));
    assert_eq!(spans[0].parent_span_id.as_deref(), Some("00000000000000aa"));
    assert!(spans[0].links.is_empty());
    assert_eq!(spans[0].attributes["messaging.operation.type"], json!("process"));
    assert_eq!(spans[0].attributes["messaging.message.body.size"], json!(message.len()));
    assert_eq!(spans[0].attributes["lab.tenant"], json!("acme"), "baggage travels with the message");
}

#[tokio::test]
async fn as_a_link_a_message_is_a_trace_of_its_own_that_points_to_its_producer() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let _service = start(&redis, Parent::Link).await;
    let (message, trace_id) = with_context(0x5002);
    publish(&redis, message.replacen('{', r#"{"id":"linked","#, 1)).await;
    let span = lonely("linked").await;
    assert_ne!(span.trace_id, trace_id);
    assert_eq!(span.parent_span_id, None);
    assert_eq!(span.links, [(trace_id, "00000000000000aa".to_owned())]);
    assert_eq!(span.attributes["lab.tenant"], json!("acme"), "baggage belongs to the message, not to the trace");
}

#[tokio::test]
async fn a_message_without_context_starts_a_trace() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let _service = start(&redis, Parent::Child).await;
    for (id, message) in
        [("none", json!({"id": "none"})), ("broken", json!({"id": "broken", "traceparent": "00-nonsense"}))]
    {
        publish(&redis, message.to_string()).await;
        let span = lonely(id).await;
        assert!(span.parent_span_id.is_none() && span.links.is_empty(), "{span:?}");
    }
}

#[tokio::test]
async fn malformed_messages_are_counted_and_the_next_one_is_processed() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let _service = start(&redis, Parent::Child).await;
    let before = malformed_so_far();
    for malformed in ["not JSON", "[]", "17", ""] {
        publish(&redis, malformed).await;
    }
    let (message, trace_id) = with_context(0x5003);
    publish(&redis, message).await;
    recorder().wait_for(&trace_id, 1).await;
    assert_eq!(malformed_so_far() - before, 4);
}

#[tokio::test]
async fn it_subscribes_again_when_redis_restarts() {
    let Some(mut redis) = RedisServer::start().await else {
        return;
    };
    let _service = start(&redis, Parent::Child).await;
    for trace in [0x5004, 0x5005] {
        redis.kill().await;
        redis.restart().await;
        subscribed(&redis).await;
        let (message, trace_id) = with_context(trace);
        publish(&redis, message).await;
        recorder().wait_for(&trace_id, 1).await;
    }
    let metrics = recorder().metrics();
    let lost = r#"lab_connections_total{error_type="closed",lab_connection="subscription"}"#;
    assert!(metrics.contains(lost), "a lost subscription is counted: {metrics}");
}

#[tokio::test]
async fn stopping_processes_what_was_already_received() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let (stop, service) = start(&redis, Parent::Child).await;
    let (message, trace_id) = with_context(0x6000);
    let mut burst = redis::pipe();
    for _ in 0..500 {
        burst.cmd("PUBLISH").arg(CHANNEL).arg(&message);
    }
    let client = redis::Client::open(("127.0.0.1", redis.peer().port)).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let receivers: Vec<u64> = burst.query_async(&mut connection).await.unwrap();
    stop.cancel();
    service.await.unwrap().unwrap();
    // Redis has counted the service as a receiver of each message.
    assert_eq!(recorder().trace(&trace_id).len() as u64, receivers.iter().sum::<u64>());
}
