//! Tests `GET /user`: an empty and a filled cache, and the data on the spans.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use telemetry::testing::redis_server::RedisServer;
use telemetry::testing::{recorder, trace_id, tree::tree};

use crate::world::{Remote, Users, config, span};

#[tokio::test]
async fn a_cold_cache_is_asked_filled_and_then_warm() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let remote = Remote::default();
    let users = Users::start(config(redis.peer(), remote.start().await)).await;

    let cold = users.spans(4).await;
    assert_eq!(tree(&cold), "SERVER GET /user\n  CLIENT GET\n  CLIENT GET [redis]\n  CLIENT SET [redis]\n");
    assert_eq!(span(&cold, "SERVER", "GET /user").attributes["lab.cache.hit"], json!(false));
    let warm = users.spans(2).await;
    assert_eq!(tree(&warm), "SERVER GET /user\n  CLIENT GET [redis]\n");
    assert_eq!(span(&warm, "SERVER", "GET /user").attributes["lab.cache.hit"], json!(true));
    assert_eq!(remote.calls.load(Ordering::Relaxed), 1);
    let ttl: i64 = redis.command(&["TTL", "users"]).await;
    assert!((1..=60).contains(&ttl), "the list expires: {ttl}");
}

#[tokio::test]
async fn the_picked_user_is_an_event_with_an_integer() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let users = Users::start(config(redis.peer(), Remote::default().start().await)).await;
    let spans = users.spans(4).await;
    let server = span(&spans, "SERVER", "GET /user");
    let picked: Vec<&Value> = server.events.iter().map(|event| &event.attributes["lab.user.index"]).collect();
    assert_eq!(server.events[0].name, "user picked");
    assert!(picked.len() == 1 && picked[0].as_i64().is_some_and(|index| (0..2).contains(&index)), "{picked:?}");
    assert_eq!(server.attributes["lab.user.paying"], true);
}

#[tokio::test]
async fn the_same_seed_picks_the_same_users() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let remote = Remote::default().start().await;
    let mut sequences = Vec::new();
    for _ in 0..2 {
        let users = Users::start(config(redis.peer(), remote.clone())).await;
        let mut names = Vec::new();
        for _ in 0..12 {
            let user: Value =
                reqwest::get(format!("http://{}/user", users.address)).await.unwrap().json().await.unwrap();
            names.push(user["username"].as_str().unwrap().to_owned());
        }
        sequences.push(names);
    }
    assert_eq!(sequences[0], sequences[1]);
    assert!(sequences[0].contains(&"ada".to_owned()) && sequences[0].contains(&"alan".to_owned()));
}

#[tokio::test]
async fn a_malformed_cached_value_counts_as_a_miss_and_is_replaced() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let users = Users::start(config(redis.peer(), Remote::default().start().await)).await;
    for malformed in ["not JSON", "[]", r#"[{"username":"ada"}]"#] {
        let _: String = redis.command(&["SET", "users", malformed]).await;
        let spans = users.spans(4).await;
        assert_eq!(span(&spans, "SERVER", "GET /user").attributes["lab.cache.hit"], json!(false), "{malformed}");
        let cached: String = redis.command(&["GET", "users"]).await;
        assert!(cached.contains("planted-ada"), "{cached}");
    }
}

#[tokio::test]
async fn no_span_holds_a_cookie_an_authorization_or_an_address() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let users = Users::start(config(redis.peer(), Remote::default().start().await)).await;
    let request = reqwest::Client::new().get(format!("http://{}/user?email=planted@example.org", users.address));
    let request = request.header("authorization", "Bearer planted-bearer").header("cookie", "id=planted-cookie");
    let response = request.send().await.unwrap();
    let id = trace_id(response.headers());
    assert!(response.text().await.unwrap().contains("planted-a"), "the client gets the address");
    let spans = format!("{:?}", recorder().wait_for(&id, 4).await);
    assert!(spans.contains("GET /user") && !spans.contains("planted"), "{spans}");
}
