//! Tests context propagation in JSON messages, with a parent and with a link, and the message counters.

use std::convert::Infallible;
use std::fmt::Error as Failure;

use serde_json::json;
use telemetry::messaging::{Channel, Incoming, Malformed, Outgoing, Parent};
use telemetry::testing::{RecordedSpan, recorder};
use telemetry::{Peer, span};

use crate::{message, object, series};

fn channel(name: &str) -> Channel {
    recorder();
    Channel::redis(name, Peer { host: "127.0.0.1".to_owned(), port: 6379 })
}

async fn process(incoming: Incoming, parent: Parent) {
    let work = async {
        span::event("worked", []);
        Ok::<_, Infallible>(())
    };
    incoming.process(parent, work).await.unwrap();
}

fn named(name: &str) -> RecordedSpan {
    recorder().spans().into_iter().find(|span| span.name == name).unwrap()
}

/// Sends a message while it processes another one with a tenant in its baggage. Returns the text of the message.
async fn send(channel: &Channel) -> String {
    let request = message(json!({ "baggage": "lab.tenant=blue" }));
    let start = Incoming::read(channel, json!(request).to_string().as_bytes()).unwrap();
    let sending = async {
        let outgoing =
            Outgoing::new(channel, message(json!({ "id": "m-1", "text": "hello", "traceparent": "the payload's" })));
        let text = outgoing.text().to_owned();
        outgoing.deliver(async { Ok::<_, Infallible>(text) }).await
    };
    start.process(Parent::Child, sending).await.unwrap()
}

#[tokio::test]
async fn the_consumer_is_a_child_of_the_producer_and_baggage_arrives() {
    let channel = channel("child");
    let text = send(&channel).await;
    let sent = named("publish child");
    let expected = format!("00-{}-{}-01", sent.trace_id, sent.span_id);
    let on_the_wire: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(on_the_wire["traceparent"], expected);
    assert_eq!((&on_the_wire["baggage"], &on_the_wire["text"]), (&json!("lab.tenant=blue"), &json!("hello")));

    let incoming = Incoming::read(&channel, text.as_bytes()).unwrap();
    assert_eq!(incoming.body(), &message(json!({ "id": "m-1", "text": "hello" })));
    process(incoming, Parent::Child).await;
    let spans = recorder().trace(&sent.trace_id);
    let consumer = spans.last().unwrap();
    assert_eq!((consumer.name.as_str(), consumer.kind.as_str()), ("process child", "CONSUMER"));
    assert_eq!((consumer.parent_span_id.as_ref(), consumer.links.len()), (Some(&sent.span_id), 0));
    let size = i64::try_from(text.len()).unwrap();
    let common = [
        ("messaging.system", json!("redis")),
        ("messaging.destination.name", json!("child")),
        ("messaging.message.id", json!("m-1")),
        ("messaging.message.body.size", json!(size)),
        ("server.address", json!("127.0.0.1")),
        ("server.port", json!(6379)),
    ];
    let operation = |name, kind| [("messaging.operation.name", json!(name)), ("messaging.operation.type", json!(kind))];
    assert_eq!(sent.kind, "PRODUCER");
    let tenant = [("lab.tenant", json!("blue"))];
    assert_eq!(sent.attributes, object(&[&common[..], &operation("publish", "send"), &tenant].concat()));
    assert_eq!(consumer.attributes, object(&[&common[..], &operation("process", "process"), &tenant].concat()));
}

#[tokio::test]
async fn a_linked_consumer_starts_its_own_trace_and_keeps_the_baggage() {
    let channel = channel("link");
    let text = send(&channel).await;
    let sent = named("publish link");
    process(Incoming::read(&channel, text.as_bytes()).unwrap(), Parent::Link).await;
    let all = recorder().spans();
    let consumer = all.iter().filter(|span| span.name == "process link").find(|span| !span.links.is_empty()).unwrap();
    assert_eq!(consumer.links, [(sent.trace_id.clone(), sent.span_id)]);
    assert_ne!(consumer.trace_id, sent.trace_id);
    assert_eq!((&consumer.parent_span_id, &consumer.attributes["lab.tenant"]), (&None, &json!("blue")));
}

#[tokio::test]
async fn a_message_without_context_or_with_a_malformed_one_starts_its_own_trace() {
    for (name, text) in [
        ("none", r#"{"text":"hello"}"#),
        ("bad", r#"{"traceparent":"00-xyz-01"}"#),
        ("number", r#"{"traceparent":7}"#),
        ("zero", r#"{"traceparent":"00-00000000000000000000000000000000-00f067aa0ba902b7-01"}"#),
    ] {
        let channel = channel(name);
        process(Incoming::read(&channel, text.as_bytes()).unwrap(), Parent::Child).await;
        let span = named(&format!("process {name}"));
        assert_eq!((span.parent_span_id, span.links.len(), span.events.len()), (None, 0, 1), "{name}");
    }
}

#[tokio::test]
async fn a_websocket_is_named_by_what_it_is_and_not_by_its_path() {
    recorder();
    let channel = Channel::websocket("/ws");
    let outgoing = Outgoing::new(&channel, message(json!({ "id": "w-1" })));
    outgoing.deliver(async { Ok::<_, Infallible>(()) }).await.unwrap();
    let span = named("send websocket");
    let size = span.attributes["messaging.message.body.size"].clone();
    let expected = object(&[
        ("messaging.system", json!("websocket")),
        ("messaging.destination.name", json!("/ws")),
        ("messaging.operation.name", json!("send")),
        ("messaging.operation.type", json!("send")),
        ("messaging.message.id", json!("w-1")),
        ("messaging.message.body.size", size),
        ("network.protocol.name", json!("websocket")),
    ]);
    assert_eq!((span.kind.as_str(), span.attributes), ("PRODUCER", expected));
}

#[tokio::test]
async fn every_message_is_counted_also_failed_and_malformed_ones() {
    let channel = channel("counted");
    let text = send(&channel).await;
    process(Incoming::read(&channel, text.as_bytes()).unwrap(), Parent::Child).await;
    let failing = Incoming::read(&channel, text.as_bytes()).unwrap();
    assert_eq!(failing.process(Parent::Child, async { Err::<(), _>(Failure) }).await, Err(Failure));
    assert!(matches!(Incoming::read(&channel, b"nonsense"), Err(Malformed::NotJson(_))));
    let failed = Outgoing::new(&channel, message(json!({})));
    assert_eq!(failed.deliver(async { Err::<(), _>(Failure) }).await, Err(Failure));

    let consumed = "messaging_client_consumed_messages_total";
    let here = ("messaging_destination_name", "counted");
    assert_eq!(series(consumed, &[here, ("error_type", "not_json")]), Some(1.0));
    assert_eq!(series(consumed, &[here, ("error_type", "core::fmt::Error")]), Some(1.0));
    assert_eq!(sum(consumed), 4.0, "one of them started the sending");
    assert_eq!(sum("messaging_client_sent_messages_total"), 2.0);
    let spans = recorder().spans();
    let error = spans.iter().find(|span| span.name == "process counted" && span.status.is_some()).unwrap();
    assert_eq!(error.attributes["error.type"], "core::fmt::Error");
}

/// The sum of all series of a metric for the channel `counted`.
fn sum(name: &str) -> f64 {
    let text = recorder().metrics();
    let lines = text.lines().filter(|line| line.starts_with(name) && line.contains("\"counted\""));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}
