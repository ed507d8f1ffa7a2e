//! Tests the timer: each refresh is a separate trace, the first comes after one interval, and a stop loses none.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use telemetry::testing::redis_server::RedisServer;
use telemetry::testing::{RecordedSpan, recorder, tree::tree};

use crate::world::{Remote, Users, config};

async fn refreshes(known: usize) -> Vec<RecordedSpan> {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let roots: Vec<RecordedSpan> =
            recorder().spans().into_iter().filter(|span| span.name == "refresh cache").collect();
        if roots.len() > known {
            return roots;
        }
        assert!(Instant::now() < deadline, "no refresh came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_refresh_comes_after_one_interval_in_a_root_span_of_its_own() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let remote = Remote::default();
    let interval = Duration::from_millis(300);
    let mut config = config(redis.peer(), remote.start().await);
    config.refresh = Some(interval);
    let started = Instant::now();
    let users = Users::start(config).await;

    let roots = refreshes(0).await;
    assert!(started.elapsed() >= interval, "the first one comes after one interval");
    assert_eq!(roots[0].parent_span_id, None);
    let spans = recorder().wait_for(&roots[0].trace_id, 3).await;
    assert_eq!(tree(&spans), "INTERNAL refresh cache\n  CLIENT GET\n  CLIENT SET [redis]\n");
    let cached: String = redis.command(&["GET", "users"]).await;
    assert!(cached.contains("planted-ada"));

    users.stop.cancel();
    users.ended.await.unwrap().unwrap();
    let calls = remote.calls.load(Ordering::Relaxed);
    assert_eq!(refreshes(0).await.len(), calls, "each refresh that began has ended");
}
