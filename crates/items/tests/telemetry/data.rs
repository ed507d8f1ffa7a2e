//! Tests `GET /data`: the call to `users`, delays, failures and invalid parameters.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::json;
use telemetry::testing::refusing_peer::refusing_peer;
use telemetry::testing::{recorder, trace_id, tree::tree};

use crate::world::{Items, Users, assert_recorded_once, span};

#[tokio::test]
async fn a_user_is_asked_of_users_and_handed_on() {
    let (users, _server) = Users::default().start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    let answer = items.get("/data").await;
    assert_eq!((answer.status, &answer.body["username"]), (200, &json!("ada")));
    let spans = recorder().wait_for(&answer.trace_id, 2).await;
    assert_eq!(tree(&spans), "SERVER GET /data\n  CLIENT GET\n");
    assert_eq!(span(&spans, "SERVER").parent_span_id, None);
    assert_eq!(span(&spans, "CLIENT").attributes["http.response.status_code"], json!(200));
}

#[tokio::test]
async fn a_failure_on_request_is_an_exception_with_type_and_message_and_no_call_to_users() {
    let stand_in = Users::default();
    let (users, _server) = stand_in.start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    let answer = items.get("/data?fail=1").await;
    assert_eq!((answer.status, &answer.body["detail"]), (500, &json!("the client requested a failure with `fail=1`")));
    let spans = recorder().wait_for(&answer.trace_id, 1).await;
    assert_eq!(tree(&spans), "SERVER GET /data ERROR\n");
    assert_recorded_once(&spans, 500);
    let exception = &spans[0].events[0].attributes;
    assert_eq!(exception["exception.type"], json!("items::error::ItemsError"));
    assert_eq!(exception["exception.message"], json!("the client requested a failure with `fail=1`"));
    assert_eq!(stand_in.calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_delay_on_request_makes_a_request_slow() {
    let (users, _server) = Users::default().start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    let started = Instant::now();
    assert_eq!(items.get("/data?delay_ms=200").await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_request_that_lingers_ends_long_after_its_child() {
    let (users, _server) = Users::default().start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    let answer = items.get("/data?linger_ms=200").await;
    assert_eq!((answer.status, &answer.body["username"]), (200, &json!("ada")));
    let spans = recorder().wait_for(&answer.trace_id, 2).await;
    let [server, client] = ["SERVER", "CLIENT"].map(|kind| span(&spans, kind).end);
    assert!(server.duration_since(client).unwrap() >= Duration::from_millis(200));
    assert_eq!(items.get("/data?delay_ms=6000&linger_ms=4001").await.body["range"], json!("0-4000"));
}

#[tokio::test]
async fn a_bad_delay_is_a_problem_that_names_parameter_value_and_range() {
    let (users, _server) = Users::default().start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    for bad in ["10001", "-1", "", "soon"] {
        let answer = items.get(&format!("/data?delay_ms={bad}")).await;
        assert_eq!(answer.status, 400, "{bad}");
        let named = (&answer.body["parameter"], &answer.body["value"], &answer.body["range"]);
        assert_eq!(named, (&json!("delay_ms"), &json!(bad), &json!("0-10000")));
    }
}

#[tokio::test]
async fn without_users_the_answer_is_502_recorded_once() {
    let items = Items::start(refusing_peer(), refusing_peer()).await;
    let answer = items.get("/data").await;
    assert_eq!((answer.status, &answer.body["detail"]), (502, &json!("the request to `users` failed")));
    let spans = recorder().wait_for(&answer.trace_id, 2).await;
    assert_eq!(tree(&spans), "SERVER GET /data ERROR\n  CLIENT GET ERROR\n");
    assert_recorded_once(&spans, 502);
}

#[tokio::test]
async fn users_that_fail_are_502_recorded_once() {
    let stand_in = Users::default();
    stand_in.failing.store(true, Ordering::Relaxed);
    let (users, _server) = stand_in.start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    let answer = items.get("/data").await;
    assert_eq!(answer.status, 502);
    assert_recorded_once(&recorder().wait_for(&answer.trace_id, 2).await, 502);
}

#[tokio::test]
async fn no_span_holds_a_cookie_an_authorization_or_an_address() {
    let (users, _server) = Users::default().start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    let request = reqwest::Client::new().get(format!("{}/data?email=planted@example.org", items.url));
    let request = request.header("authorization", "Bearer planted-bearer").header("cookie", "id=planted-cookie");
    let response = request.send().await.unwrap();
    let spans = recorder().wait_for(&trace_id(response.headers()), 2).await;
    let text = format!("{spans:?}");
    assert!(text.contains("GET /data") && !text.contains("planted"), "{text}");
}
