//! Tests `remote-users` in this process: its route, mistakes of clients, and data that must not be on spans.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use remote_users::people::{People, Person};
use remote_users::{config::Config, run};
use serde_json::{Value, json};
use telemetry::Listeners;
use telemetry::testing::{recorder, trace_id, tree::tree};
use tokio::net::TcpListener;

/// Starts the service on free ports. Returns its base URL.
async fn start(seed: Option<u64>) -> String {
    recorder();
    let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", http.local_addr().unwrap());
    let config = Config {
        http: http.local_addr().unwrap(),
        admin: admin.local_addr().unwrap(),
        seed,
        headers: Default::default(),
    };
    tokio::spawn(run(Listeners { http, admin }, axum::Router::new(), config, std::future::pending()));
    url
}

async fn people(url: &str) -> Vec<Value> {
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn people_have_exactly_the_five_members() {
    let url = start(Some(1)).await;
    let people = people(&format!("{url}/get_users?count=3")).await;
    assert_eq!(people.len(), 3);
    for person in people {
        let members: Vec<&String> = person.as_object().unwrap().keys().collect();
        assert_eq!(members, ["username", "firstname", "lastname", "emailAddress", "paying"]);
    }
}

#[tokio::test]
async fn twenty_are_answered_by_default_and_the_same_ones_on_every_call() {
    let url = start(None).await;
    let first = people(&format!("{url}/get_users")).await;
    assert_eq!(first.len(), 20);
    assert_eq!(first, people(&format!("{url}/get_users?unknown=1")).await, "unknown parameters are ignored");
}

#[tokio::test]
async fn a_seed_makes_a_process_reproducible_and_without_one_processes_differ() {
    let of = |seed| async move { people(&format!("{}/get_users", start(seed).await)).await };
    let (seven, again, random, other) = (of(Some(7)).await, of(Some(7)).await, of(None).await, of(None).await);
    assert_eq!(seven, again);
    assert_ne!(random, other);
    let expected: Vec<Person> = People::from_seed(7).first(20).to_vec();
    assert_eq!(json!(seven), serde_json::to_value(expected).unwrap());
}

#[tokio::test]
async fn a_request_is_one_server_span() {
    let url = start(Some(1)).await;
    let response = reqwest::get(format!("{url}/get_users?count=1000")).await.unwrap();
    let id = trace_id(response.headers());
    assert_eq!(response.json::<Vec<Value>>().await.unwrap().len(), 1000);

    let spans = recorder().wait_for(&id, 1).await;
    assert_eq!(tree(&spans), "SERVER GET /get_users\n");
    assert_eq!(spans[0].attributes["http.route"], json!("/get_users"));
    assert_eq!(spans[0].attributes["url.query"], json!("count=1000"));
    assert_eq!(spans[0].attributes["http.response.status_code"], json!(200));
    assert_eq!(spans[0].status, None);
}

#[tokio::test]
async fn a_bad_count_is_a_problem_that_names_parameter_value_and_range() {
    let url = start(Some(1)).await;
    let bad = [("ten", "ten"), ("0", "0"), ("1001", "1001"), ("-1", "-1"), ("", ""), ("1&count=2", "1,2")];
    for (query, value) in bad {
        let response = reqwest::get(format!("{url}/get_users?count={query}")).await.unwrap();
        assert_eq!(response.status(), 400, "{query}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let id = trace_id(response.headers());
        let problem: Value = response.json().await.unwrap();
        assert_eq!(
            (&problem["parameter"], &problem["value"], &problem["range"]),
            (&json!("count"), &json!(value), &json!("1-1000"))
        );
        let spans = recorder().wait_for(&id, 1).await;
        assert_eq!(spans[0].status, None, "a client's mistake is no error of the server");
        assert!(spans[0].events.is_empty());
    }
}

#[tokio::test]
async fn a_span_holds_no_cookie_no_authorization_and_no_address() {
    let url = start(Some(1)).await;
    let request = reqwest::Client::new().get(format!("{url}/get_users?email=planted@example.org&token=planted-token"));
    let request = request.header("authorization", "Bearer planted-bearer").header("cookie", "id=planted-cookie");
    let response = request.send().await.unwrap();
    let spans = recorder().wait_for(&trace_id(response.headers()), 1).await;
    let text = format!("{spans:?}");
    assert!(text.contains("get_users") && !text.contains("planted"), "{text}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let url = start(Some(1)).await;
    let request = reqwest::Client::new().get(format!("{url}/get_users")).body(vec![0; 100 * 1024]);
    assert_eq!(request.send().await.unwrap().status(), 413);
}
