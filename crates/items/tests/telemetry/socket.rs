//! Tests `GET /ws`: all requests share one WebSocket, which reconnects, and no request waits without a limit.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::json;
use telemetry::messaging::WebSocketTracing;
use telemetry::testing::refusing_peer::refusing_peer;
use telemetry::testing::{recorder, tree::tree};

use crate::world::{Answer, Items, Users, assert_recorded_once, span};

#[tokio::test]
async fn a_message_carries_the_context_of_its_producer_span_and_its_id_comes_back() {
    let stand_in = Users::default();
    let (users, _server) = stand_in.start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    let answer = items.until("/ws", 200).await;
    let message = stand_in.messages.lock().unwrap()[0].clone();
    assert_eq!(answer.body, json!({"ws": true, "acknowledged": message["id"], "heard": message["message"]}));

    let spans = recorder().wait_for(&answer.trace_id, 2).await;
    assert_eq!(tree(&spans), "SERVER GET /ws\n  PRODUCER send websocket\n");
    let producer = span(&spans, "PRODUCER");
    let traceparent = format!("00-{}-{}-01", producer.trace_id, producer.span_id);
    assert_eq!(message["traceparent"], json!(traceparent));
    assert_eq!(producer.attributes["messaging.message.id"], message["id"]);
}

#[tokio::test]
async fn by_a_library_a_message_to_a_stranger_is_as_it_was_made_and_has_its_span() {
    let stand_in = Users::default();
    let (users, _server) = stand_in.start(0).await;
    let items = Items::instrumented(WebSocketTracing::Library, users, refusing_peer()).await;
    let answer = items.until("/ws", 200).await;
    let message = stand_in.messages.lock().unwrap()[0].clone();
    assert_eq!(message, json!({"id": answer.body["acknowledged"], "message": "Grüße, 世界!"}));
    assert_eq!(answer.body["heard"], message["message"]);
    let spans = recorder().wait_for(&answer.trace_id, 2).await;
    assert_eq!(tree(&spans), "SERVER GET /ws\n  PRODUCER send /ws\n");
}

#[tokio::test]
async fn concurrent_calls_share_one_socket_and_get_their_own_acknowledgements() {
    let stand_in = Users::default();
    let (users, _server) = stand_in.start(0).await;
    let items = Arc::new(Items::start(users, refusing_peer()).await);
    items.until("/ws", 200).await;
    let calls: Vec<_> = (0..32)
        .map(|_| {
            tokio::spawn({
                let items = items.clone();
                async move { items.get("/ws").await }
            })
        })
        .collect();
    let mut ids = BTreeSet::new();
    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(answer.status, 200);
        ids.insert(answer.body["acknowledged"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 32);
    assert_eq!(stand_in.sockets.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn without_users_the_answer_is_503_at_once() {
    let items = Items::start(refusing_peer(), refusing_peer()).await;
    let started = Instant::now();
    let answer = items.get("/ws").await;
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    assert_eq!((answer.status, &answer.body["detail"]), (503, &json!("the message to `users` failed")));
    let spans = recorder().wait_for(&answer.trace_id, 2).await;
    assert_eq!(tree(&spans), "SERVER GET /ws ERROR\n  PRODUCER send websocket ERROR\n");
    assert_recorded_once(&spans, 503);
}

#[tokio::test]
async fn users_that_die_are_503_and_users_that_return_are_connected_again() {
    let first = Users::default();
    let (peer, server) = first.start(0).await;
    let items = Items::start(peer.clone(), refusing_peer()).await;
    items.until("/ws", 200).await;

    first.die(server).await;
    items.until("/ws", 503).await;
    let second = Users::default();
    let (_, _server) = second.start(peer.port).await;
    assert_eq!(items.get("/ws").await.status, 200, "a call does not wait for the back-off");
    assert_eq!(second.sockets.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_socket_on_which_no_acknowledgement_comes_is_503_after_two_seconds_and_replaced() {
    let stand_in = Users::default();
    let (users, _server) = stand_in.start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    items.until("/ws", 200).await;

    stand_in.silent.send_replace(true);
    let started = Instant::now();
    let answer = items.get("/ws").await;
    assert!((2.0..3.0).contains(&started.elapsed().as_secs_f64()), "{:?}", started.elapsed());
    assert_eq!(answer.status, 503);
    let spans = recorder().wait_for(&answer.trace_id, 2).await;
    // The message was sent. Only the request that waited for the acknowledgment failed.
    assert_eq!(tree(&spans), "SERVER GET /ws ERROR\n  PRODUCER send websocket\n");

    stand_in.silent.send_replace(false);
    items.until("/ws", 200).await;
    assert_eq!(stand_in.sockets.load(Ordering::Relaxed), 2, "the silent socket is not trusted any more");
}

#[tokio::test]
async fn a_message_that_users_refuse_is_503_and_the_socket_stays() {
    let stand_in = Users::default();
    let (users, _server) = stand_in.start(0).await;
    let items = Items::start(users, refusing_peer()).await;
    items.until("/ws", 200).await;
    stand_in.refusing.store(true, Ordering::Relaxed);
    assert_eq!(items.get("/ws").await.status, 503);
    stand_in.refusing.store(false, Ordering::Relaxed);
    assert_eq!(items.get("/ws").await.status, 200);
    assert_eq!(stand_in.sockets.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn while_users_are_away_every_call_is_503_at_once() {
    let items = Items::start(refusing_peer(), refusing_peer()).await;
    let started = Instant::now();
    for _ in 0..10 {
        assert_eq!(items.get("/ws").await.status, 503);
    }
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

#[tokio::test]
async fn users_that_die_before_they_acknowledge_are_503_at_once() {
    let stand_in = Users::default();
    let (users, server) = stand_in.start(0).await;
    let items = Arc::new(Items::start(users, refusing_peer()).await);
    items.until("/ws", 200).await;
    let waiting = one_waits(&items, &stand_in).await;
    let started = Instant::now();
    stand_in.die(server).await;
    assert_eq!(waiting.await.unwrap().status, 503);
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_request_that_is_drained_still_gets_its_acknowledgement_and_then_the_socket_is_closed() {
    let stand_in = Users::default();
    let (users, _server) = stand_in.start(0).await;
    let items = Arc::new(Items::start(users, refusing_peer()).await);
    items.until("/ws", 200).await;
    let waiting = one_waits(&items, &stand_in).await;
    items.stop.cancel();
    assert!(!items.ended.is_finished());
    stand_in.silent.send_replace(false);
    assert_eq!(waiting.await.unwrap().status, 200);
    Arc::into_inner(items).unwrap().ended.await.unwrap().unwrap();
    assert_eq!(*stand_in.goodbyes.lock().unwrap(), 1, "closed, not cut");
}

/// Starts a request whose message has arrived but is not acknowledged.
async fn one_waits(items: &Arc<Items>, users: &Users) -> tokio::task::JoinHandle<Answer> {
    users.silent.send_replace(true);
    let before = users.messages.lock().unwrap().len();
    let items = Arc::clone(items);
    let call = tokio::spawn(async move { items.get("/ws").await });
    let deadline = Instant::now() + Duration::from_secs(1);
    while users.messages.lock().unwrap().len() == before {
        assert!(Instant::now() < deadline, "the message does not arrive");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    call
}
