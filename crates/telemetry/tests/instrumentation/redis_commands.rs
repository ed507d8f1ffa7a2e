//! Tests Redis commands and their spans, also while Redis is not running.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use telemetry::redis_client::{Redis, Timeouts};
use telemetry::testing::redis_server::RedisServer;
use telemetry::testing::{RecordedSpan, recorder};

use tokio::time::{sleep, timeout};

use crate::{message, object, series};

fn client(server: &RedisServer) -> Redis {
    recorder();
    Redis::new(server.peer(), Timeouts::default()).unwrap()
}

/// The spans of one test: those with the port of its server.
fn spans(server: &RedisServer) -> Vec<RecordedSpan> {
    let here = |span: &RecordedSpan| span.attributes.get("server.port") == Some(&json!(server.peer().port));
    recorder().spans().into_iter().filter(here).collect()
}

#[tokio::test]
async fn a_command_is_a_client_span_named_by_the_command_without_its_arguments() {
    let Some(server) = RedisServer::start().await else {
        return;
    };
    let redis = client(&server);
    assert_eq!(redis.get("users").await.unwrap(), None);
    redis.set("users", b"someone@example.org".to_vec(), Duration::from_secs(1)).await.unwrap();
    let expected = |operation: &str| {
        object(&[
            ("db.system.name", json!("redis")),
            ("db.operation.name", json!(operation)),
            ("db.namespace", json!("0")),
            ("server.address", json!("127.0.0.1")),
            ("server.port", json!(server.peer().port)),
        ])
    };
    let spans = spans(&server);
    let seen: Vec<_> = spans.iter().map(|span| (span.name.as_str(), span.kind.as_str(), &span.attributes)).collect();
    assert_eq!(seen, [("GET", "CLIENT", &expected("GET")), ("SET", "CLIENT", &expected("SET"))]);
}

#[tokio::test]
async fn an_error_of_redis_is_named_by_its_prefix() {
    let Some(server) = RedisServer::start().await else {
        return;
    };
    server.command::<u64>(&["LPUSH", "list", "value"]).await;
    assert!(client(&server).get("list").await.is_err());
    let span = spans(&server).remove(0);
    assert_eq!(span.attributes["error.type"], "WRONGTYPE");
    assert!(span.status.unwrap().starts_with("ERROR"));
}

#[tokio::test]
async fn publishing_is_a_producer_span_and_deliveries_are_counted() {
    let Some(server) = RedisServer::start().await else {
        return;
    };
    let subscriber = redis::Client::open(("127.0.0.1", server.peer().port)).unwrap();
    let mut subscription = subscriber.get_async_pubsub().await.unwrap();
    subscription.subscribe("deliveries").await.unwrap();
    let publish = client(&server).publish("deliveries", message(json!({ "text": "hello" }))).await;
    assert_eq!(publish.unwrap(), 1);
    let spans = spans(&server);
    assert_eq!((spans.len(), spans[0].name.as_str(), spans[0].kind.as_str()), (1, "publish deliveries", "PRODUCER"));
    let here = [("messaging_destination_name", "deliveries")];
    assert_eq!(series("lab_messaging_deliveries_total", &here), Some(1.0));
    assert_eq!(series("messaging_client_sent_messages_total", &here), Some(1.0));
}

#[tokio::test]
async fn a_command_fails_at_once_while_redis_is_away_and_works_at_once_when_it_is_back() {
    let Some(mut server) = RedisServer::start().await else {
        return;
    };
    let redis = client(&server);
    redis.get("users").await.unwrap();
    server.kill().await;
    let away = Instant::now();
    assert!(redis.get("users").await.is_err());
    assert!(redis.publish("away", message(json!({}))).await.is_err());
    assert!(away.elapsed() < Duration::from_secs(2), "{:?}", away.elapsed());

    server.restart().await;
    redis.get("users").await.unwrap();
    let failed: Vec<_> = spans(&server).into_iter().filter(|span| span.status.is_some()).collect();
    assert_eq!(failed.len(), 2, "one span for each command that failed: {failed:#?}");
    assert_eq!(failed[0].attributes["error.type"], "connection_error");
    let here = [("messaging_destination_name", "away"), ("error_type", "connection_error")];
    assert_eq!(series("messaging_client_sent_messages_total", &here), Some(1.0));
    assert_eq!(series("lab_messaging_deliveries_total", &here[..1]), None);
}

#[tokio::test]
async fn the_first_message_after_redis_came_back_is_published() {
    let Some(mut server) = RedisServer::start().await else {
        return;
    };
    let redis = client(&server);
    redis.get("users").await.unwrap();
    server.kill().await;
    server.restart().await;
    assert_eq!(redis.publish("back", message(json!({}))).await.unwrap(), 0);
    let spans = spans(&server);
    assert_eq!(spans.iter().filter(|span| span.status.is_some()).count(), 0, "{spans:#?}");
}

/// A listener on the port of a killed server that never replies. It shows how many clients have connected.
struct BlackHole(std::net::TcpListener);

impl BlackHole {
    fn in_place_of(server: &RedisServer) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", server.peer().port)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn connections(&self) -> usize {
        std::iter::from_fn(|| self.0.accept().ok()).count()
    }
}

#[tokio::test]
async fn while_redis_is_silent_all_requests_share_one_attempt_and_fail_soon() {
    let Some(mut server) = RedisServer::start().await else {
        return;
    };
    server.kill().await;
    let hole = BlackHole::in_place_of(&server);
    let redis = client(&server);
    let begun = Instant::now();
    let answers = join_all((0..50).map(|_| redis.get("users"))).await;
    assert!(begun.elapsed() < Duration::from_millis(1200), "{:?}", begun.elapsed());
    assert!(answers.iter().all(|answer| answer.as_ref().is_err_and(|error| error.error_type() == "timeout")));

    let later = Instant::now();
    assert!(redis.get("users").await.is_err());
    assert!(later.elapsed() < Duration::from_millis(200), "known to be silent: {:?}", later.elapsed());
    assert_eq!(hole.connections(), 1);

    drop(hole);
    server.restart().await;
    redis.get("users").await.unwrap();
}

#[tokio::test]
async fn a_redis_that_pauses_while_it_is_connected_is_used_as_soon_as_it_goes_on() {
    let Some(server) = RedisServer::start().await else {
        return;
    };
    server.pause();
    let redis = client(&server);
    assert!(redis.get("users").await.is_err());
    server.resume();
    // The attempt that began during the pause succeeds: it would last for another second and a half.
    let usable = async {
        while redis.get("users").await.is_err() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_millis(500), usable).await.unwrap();
}
