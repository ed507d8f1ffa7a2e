//! Tests the WebSocket: each message has a span and an acknowledgment, and errors leave the connection open.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use telemetry::http_server::TRACERESPONSE;
use telemetry::testing::refusing_peer::refusing_peer;
use telemetry::testing::{recorder, trace_id};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::world::{Users, config};

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect() -> (Users, Client) {
    let users = Users::start(config(refusing_peer(), refusing_peer())).await;
    let (client, _) = connect_async(format!("ws://{}/ws", users.address)).await.unwrap();
    (users, client)
}

async fn answer(client: &mut Client) -> Value {
    let frame = client.next().await.expect("the socket is open").unwrap();
    serde_json::from_str(frame.to_text().unwrap()).unwrap()
}

async fn request(client: &mut Client, text: impl Into<String>) -> Value {
    client.send(Message::text(text.into())).await.unwrap();
    answer(client).await
}

/// A message with a `traceparent`, and its trace ID.
fn with_context(id: &str, trace: u32) -> (String, String) {
    let trace_id = format!("{trace:032x}");
    let traceparent = format!("00-{trace_id}-00000000000000aa-01");
    (json!({"id": id, "traceparent": traceparent, "baggage": "lab.tenant=acme"}).to_string(), trace_id)
}

#[tokio::test]
async fn opening_a_socket_is_no_span_and_failing_to_open_one_is() {
    let users = Users::start(config(refusing_peer(), refusing_peer())).await;
    let (_client, opened) = connect_async(format!("ws://{}/ws", users.address)).await.unwrap();
    assert!(!opened.headers().contains_key(TRACERESPONSE), "{opened:?}");
    let refused = reqwest::get(format!("http://{}/ws", users.address)).await.unwrap();
    assert_eq!(refused.status(), 400);
    let spans = recorder().trace(&trace_id(refused.headers()));
    assert_eq!((spans.len(), spans[0].name.as_str()), (1, "GET /ws"));
}

#[tokio::test]
async fn a_message_is_a_consumer_span_below_its_sender_and_acknowledged_by_its_id() {
    let (_users, mut client) = connect().await;
    let (message, trace_id) = with_context("a", 0x1001);
    assert_eq!(request(&mut client, message).await, json!({"id": "a", "ack": true}));
    // The span ended before the acknowledgment was sent, so no wait is necessary.
    let spans = recorder().trace(&trace_id);
    assert_eq!(spans.len(), 1);
    let span = &spans[0];
    assert_eq!((span.kind.as_str(), span.name.as_str()), ("CONSUMER", "process websocket"));
    assert_eq!(span.parent_span_id.as_deref(), Some("00000000000000aa"));
    assert_eq!(span.attributes["messaging.message.id"], json!("a"));
    assert_eq!(span.attributes["lab.tenant"], json!("acme"), "baggage travels with the message");
}

#[tokio::test]
async fn messages_of_one_socket_are_spans_of_their_own_traces() {
    let (_users, mut client) = connect().await;
    for number in 1..=5 {
        let (message, trace_id) = with_context(&number.to_string(), 0x2000 + number);
        assert_eq!(request(&mut client, message).await["ack"], json!(true));
        assert_eq!(recorder().trace(&trace_id).len(), 1);
    }
}

#[tokio::test]
async fn a_message_without_context_starts_a_trace() {
    let (_users, mut client) = connect().await;
    assert_eq!(request(&mut client, r#"{"id":"lonely-id"}"#).await, json!({"id": "lonely-id", "ack": true}));
    let spans = recorder().spans();
    let span = spans.iter().find(|span| span.attributes.get("messaging.message.id") == Some(&json!("lonely-id")));
    assert_eq!(span.expect("the message has a span").parent_span_id, None);
}

#[tokio::test]
async fn malformed_messages_get_an_error_and_leave_the_socket_usable() {
    let (_users, mut client) = connect().await;
    for malformed in ["not JSON", "[1]", "\"text\"", ""] {
        let refusal = request(&mut client, malformed).await;
        assert!(refusal["error"].is_string() && refusal.get("ack").is_none(), "{malformed}: {refusal}");
    }
    assert_eq!(
        request(&mut client, r#"{"message":"no id"}"#).await,
        json!({"error": "the member `id` is missing or is not a string"})
    );
    client.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert!(answer(&mut client).await["error"].is_string());
    assert_eq!(request(&mut client, r#"{"id":"b"}"#).await, json!({"id": "b", "ack": true}));
}

#[tokio::test]
async fn a_message_over_64_kib_gets_an_error_with_its_id_and_leaves_the_socket_usable() {
    let (_users, mut client) = connect().await;
    let empty = json!({"id": "c", "fill": ""}).to_string().len();
    let of_size = |size: usize| json!({"id": "c", "fill": "x".repeat(size - empty)}).to_string();
    assert_eq!(request(&mut client, of_size(64 * 1024)).await, json!({"id": "c", "ack": true}), "64 KiB is allowed");
    let refusal = request(&mut client, of_size(64 * 1024 + 1)).await;
    assert!(refusal["id"] == json!("c") && refusal["error"].is_string(), "{refusal}");
    assert!(request(&mut client, of_size(900 * 1024)).await["error"].is_string());
    assert_eq!(request(&mut client, r#"{"id":"d"}"#).await, json!({"id": "d", "ack": true}));
}

#[tokio::test]
async fn malformed_messages_are_counted_and_have_no_span() {
    let (_users, mut client) = connect().await;
    let (message, trace_id) = with_context("e", 0x3001);
    request(&mut client, message.replace('}', "")).await;
    assert!(recorder().trace(&trace_id).is_empty());
    let counted = recorder().metrics();
    let line = counted.lines().find(|line| {
        line.starts_with("messaging_client_consumed_messages_total")
            && line.contains("error_type")
            && line.contains("websocket")
    });
    assert!(line.is_some(), "{counted}");
}

#[tokio::test]
async fn stopping_says_goodbye_to_open_sockets() {
    let (users, mut client) = connect().await;
    request(&mut client, r#"{"id":"f"}"#).await;
    users.stop.cancel();
    let Some(Ok(Message::Close(Some(frame)))) = client.next().await else { panic!("no close frame") };
    assert_eq!(frame.code, CloseCode::Away);
    client.close(None).await.ok();
    users.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_that_does_not_answer_the_goodbye_is_waited_for_but_not_for_ever() {
    let (mut users, client) = connect().await;
    users.stop.cancel();
    let soon = timeout(Duration::from_millis(300), &mut users.ended).await;
    assert!(soon.is_err(), "the socket is not cut");
    users.ended.await.unwrap().unwrap();
    drop(client);
}
