//! Tests `redis-subscriber` as a process: it is ready once it is subscribed, and a stop loses no span.

use telemetry::testing::otlp_sink::OtlpSink;
use telemetry::testing::process::ServiceProcess;
use telemetry::testing::redis_server::RedisServer;

const PROGRAM: &str = env!("CARGO_BIN_EXE_redis-subscriber");

#[tokio::test]
async fn it_is_ready_when_it_is_subscribed_and_stops_with_every_span_exported() {
    let Some(mut redis) = RedisServer::start().await else {
        return;
    };
    let port = redis.peer().port.to_string();
    redis.kill().await;
    let sink = OtlpSink::start().await;
    let mut service = ServiceProcess::spawn(
        PROGRAM,
        &[
            ("LAB_REDIS_SUBSCRIBER_ADMIN", "0"),
            ("LAB_REDIS_TCP", &port),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", sink.endpoint()),
        ],
    );
    // Redis is not running yet: the service retries and is not ready.
    service.logged("the subscription failed; retrying").await;
    redis.restart().await;
    service.ready().await;
    let receivers: u64 = redis.command(&["PUBLISH", "my-channel", r#"{"message":"hello"}"#]).await;
    assert_eq!(receivers, 1, "ready means subscribed");

    service.terminate();
    let ended = service.ended().await;
    assert!(ended.status.success());
    let last = ended.log.last().unwrap();
    assert_eq!((&last["event"], &last["ended"], &last["exported"]), (&"shutdown_report".into(), &1.into(), &1.into()));
    assert_eq!(sink.names(), ["process my-channel"]);
    assert!(ended.log.iter().all(|line| line["level"] != "ERROR"), "{:#?}", ended.log);
}
