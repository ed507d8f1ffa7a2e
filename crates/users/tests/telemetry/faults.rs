//! Tests failures of other parts: without Redis requests still succeed, and without `remote-users` a failure is
//! recorded once.

use serde_json::{Value, json};
use telemetry::testing::redis_server::RedisServer;
use telemetry::testing::refusing_peer::refusing_peer;
use telemetry::testing::{RecordedSpan, recorder, trace_id, tree::tree};

use crate::world::{Remote, Users, config, span};

#[tokio::test]
async fn without_redis_a_user_is_answered_and_the_failed_command_is_an_error_span() {
    let users = Users::start(config(refusing_peer(), Remote::default().start().await)).await;
    let spans = users.spans(3).await;
    // No SET: if the GET failed, the list is not stored.
    assert_eq!(tree(&spans), "SERVER GET /user\n  CLIENT GET\n  CLIENT GET [redis] ERROR\n");
    assert!(spans.iter().any(|span| span.attributes.contains_key("db.system.name") && has_error_type(span)));
}

#[tokio::test]
async fn redis_that_is_killed_and_returns_is_used_again_by_the_next_request() {
    let Some(mut redis) = RedisServer::start().await else {
        return;
    };
    let users = Users::start(config(redis.peer(), Remote::default().start().await)).await;
    users.spans(4).await;

    redis.kill().await;
    let down = users.spans(3).await;
    assert_eq!(tree(&down), "SERVER GET /user\n  CLIENT GET\n  CLIENT GET [redis] ERROR\n");

    redis.restart().await;
    let back = users.spans(4).await;
    assert_eq!(tree(&back), "SERVER GET /user\n  CLIENT GET\n  CLIENT GET [redis]\n  CLIENT SET [redis]\n");
}

#[tokio::test]
async fn without_remote_users_the_answer_is_502_recorded_once() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let users = Users::start(config(redis.peer(), refusing_peer())).await;
    assert_recorded_once(&users, 3).await;
}

#[tokio::test]
async fn a_remote_users_that_answers_something_else_is_502_recorded_once() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    for answer in [(500, "{}"), (200, "[]"), (200, "<html>")] {
        let remote = Remote { answer: Some(answer), ..Remote::default() };
        let users = Users::start(config(redis.peer(), remote.start().await)).await;
        assert_recorded_once(&users, 3).await;
    }
}

async fn assert_recorded_once(users: &Users, count: usize) {
    let response = reqwest::get(format!("http://{}/user", users.address)).await.unwrap();
    assert_eq!(response.status(), 502);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let id = trace_id(response.headers());
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["detail"], json!("cannot get the list of users"), "a fixed sentence");

    let spans = recorder().wait_for(&id, count).await;
    let exceptions: Vec<&RecordedSpan> =
        spans.iter().filter(|span| span.events.iter().any(|event| event.name == "exception")).collect();
    assert_eq!(exceptions.len(), 1, "one exception on one span: {spans:#?}");
    assert_eq!(exceptions[0].events.len(), 1);
    let server = span(&spans, "SERVER", "GET /user");
    assert!(server.status.as_ref().is_some_and(|status| status.starts_with("ERROR")) && has_error_type(server));
    assert_eq!(server.attributes["http.response.status_code"], json!(502));
}

fn has_error_type(span: &RecordedSpan) -> bool {
    span.attributes.contains_key("error.type")
}
