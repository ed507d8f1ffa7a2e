//! Tests the planted defects of `users` by the spans they produce.

use telemetry::Defect;
use telemetry::testing::redis_server::RedisServer;
use telemetry::testing::{recorder, tree::tree};
use users::config::Config;

use crate::world::{Remote, Users, config, span};

#[tokio::test]
async fn a_span_that_is_not_current_has_no_children() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let remote = Remote::default().start().await;
    let users = Users::start(Config { defect: Some(Defect::NotCurrent), ..config(redis.peer(), remote) }).await;
    let spans = users.spans(5).await;
    assert_eq!(
        tree(&spans),
        "SERVER GET /user\n  CLIENT GET\n  CLIENT GET [redis]\n  CLIENT SET [redis]\n  INTERNAL get users\n"
    );
}

#[tokio::test]
async fn an_index_that_is_one_too_large_is_an_error_of_the_service() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let remote = Remote::default().start().await;
    let users = Users::start(Config { defect: Some(Defect::OffByOne), ..config(redis.peer(), remote) }).await;
    let mut failed = None;
    let mut served = 0;
    for _ in 0..50 {
        match users.get().await {
            (200, _) => served += 1,
            (500, id) => failed = Some(id),
            other => panic!("{other:?}"),
        }
    }
    assert!(served > 0, "the others are served");
    let spans = recorder().wait_for(&failed.expect("one of three fails"), 2).await;
    let events = &span(&spans, "SERVER", "GET /user").events;
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["user picked", "exception"]);
    assert_eq!(events[1].attributes["exception.message"], "index 2 is out of range: the list length is 2");
}
