//! Spans of messages: their parents, their attributes, and their status when sending or processing fails.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::pin::pin;

use futures_util::sink::{self, SinkExt};
use futures_util::stream::{self, StreamExt};
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{FutureExt as _, SpanId, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, Value};
use opentelemetry_sdk::trace::SpanData;
use tokio_tungstenite::tungstenite::Message;
use websocket_instrumentation::{Instrumentation, Instrumented, Outbound, SCOPE};

use crate::world::{bytes, caller, client, exchange, goodbye, ids, instrumentation, server, spans};

/// Returns the name, kind and parent of each span.
fn lineage(spans: &[SpanData]) -> Vec<(String, SpanKind, SpanId)> {
    spans.iter().map(|span| (span.name.to_string(), span.span_kind.clone(), span.parent_span_id)).collect()
}

fn attributes(span: &SpanData) -> BTreeMap<&str, Value> {
    span.attributes.iter().map(|attribute| (attribute.key.as_str(), attribute.value.clone())).collect()
}

/// Sends a message and waits for the reply. Returns the ID of the caller's span and the other spans of the trace, all
/// ended.
async fn exchanged(ours: &Instrumentation, url: &str, message: Message) -> (SpanId, Vec<SpanData>) {
    let mut client = client(ours, url).await;
    let context = caller();
    exchange(&mut client, message).with_context(context.clone()).await;
    goodbye(client).await;
    let (trace, caller_id) = ids(&context);
    context.span().end();
    (caller_id, spans(trace).into_iter().filter(|span| span.name != "caller").collect())
}

#[tokio::test]
async fn a_message_and_its_answer_are_one_trace() {
    let (url, _) = server(instrumentation()).await;
    let (caller_id, spans) = exchanged(&instrumentation(), &url, Message::text("hello")).await;
    let id = |index: usize| spans[index].span_context.span_id();
    assert_eq!(
        lineage(&spans),
        [
            ("send /ws".to_owned(), SpanKind::Producer, caller_id),
            ("process /ws".to_owned(), SpanKind::Consumer, id(0)),
            ("work".to_owned(), SpanKind::Internal, id(1)),
            ("send /ws".to_owned(), SpanKind::Producer, id(1)),
            ("process /ws".to_owned(), SpanKind::Consumer, id(3)),
        ]
    );
}

#[tokio::test]
async fn spans_say_what_they_are_and_which_library_made_them() {
    let (url, _) = server(instrumentation()).await;
    let (_, spans) = exchanged(&instrumentation(), &url, Message::binary(bytes())).await;
    for (span, operation) in [(&spans[0], "send"), (&spans[1], "process")] {
        assert_eq!(
            attributes(span),
            BTreeMap::from([
                ("messaging.destination.name", "/ws".into()),
                ("messaging.message.body.size", 4.into()),
                ("messaging.operation.name", operation.into()),
                ("messaging.operation.type", operation.into()),
                ("messaging.system", "websocket".into()),
                ("network.protocol.name", "websocket".into()),
            ])
        );
        let scope = &span.instrumentation_scope;
        assert_eq!((scope.name(), scope.version()), (SCOPE, Some(env!("CARGO_PKG_VERSION"))));
        assert_eq!(span.status, Status::Unset);
    }
}

#[tokio::test]
async fn without_an_agreement_the_server_starts_a_trace_of_its_own() {
    let (url, _) = server(Instrumentation::disabled()).await;
    let (caller_id, ours) = exchanged(&instrumentation(), &url, Message::text("to a stranger")).await;
    assert_eq!(lineage(&ours), [("send /ws".to_owned(), SpanKind::Producer, caller_id)]);
}

/// Wraps a socket without a connection, which yields the given messages.
fn offline(
    messages: Vec<Message>,
    agreed: bool,
) -> Instrumented<impl stream::Stream<Item = Result<Message, Infallible>>> {
    let instrumentation = instrumentation();
    let mut offer = axum::http::HeaderMap::new();
    if agreed {
        instrumentation.offer(&mut offer);
    }
    instrumentation.accept(&offer).upgraded(stream::iter(messages.into_iter().map(Ok)))
}

async fn next(messages: Vec<Message>, agreed: bool) -> websocket_instrumentation::Incoming<Message> {
    pin!(offline(messages, agreed)).next().await.unwrap().unwrap()
}

#[tokio::test]
async fn the_senders_span_and_baggage_are_current_while_a_message_is_processed() {
    let block = "traceparent:00-0123456789abcdef0123456789abcdef-00000000000000aa-01\nbaggage:tenant=acme\n\n";
    let message = next(vec![Message::text(format!("{block}{block}"))], true).await;
    assert_eq!(message.to_text().unwrap(), block, "a payload that looks like a block is payload");
    let seen = message.process(async |_| {
        tokio::task::yield_now().await;
        (ids(&Context::current()), Context::current().baggage().get("tenant").map(ToString::to_string))
    });
    let ((trace, current), tenant) = seen.await;
    assert_eq!((trace.to_string().as_str(), tenant.as_deref()), ("0123456789abcdef0123456789abcdef", Some("acme")));
    let spans = spans(trace);
    assert_eq!(spans[0].span_context.span_id(), current);
    assert_eq!(spans[0].parent_span_id.to_string(), "00000000000000aa");
    assert!(!Context::current().span().span_context().is_valid(), "and not longer");
}

#[tokio::test]
async fn a_peer_that_breaks_its_word_is_heard_all_the_same() {
    let message = next(vec![Message::text("no block")], true).await;
    assert_eq!(message.to_text().unwrap(), "no block");
    let trace = message.process(async |_| ids(&Context::current()).0).await;
    assert_eq!(spans(trace)[0].parent_span_id, SpanId::INVALID);
}

#[tokio::test]
async fn a_handler_that_fails_is_a_span_that_failed() {
    let message = next(vec![Message::text("bad")], false).await;
    let trace = std::cell::Cell::new(None);
    let outcome = message.try_process(async |_| {
        trace.set(Some(ids(&Context::current()).0));
        Err::<(), _>(fmt::Error)
    });
    outcome.await.unwrap_err();
    let span = &spans(trace.get().unwrap())[0];
    assert_eq!(attributes(span)["error.type"], "core::fmt::Error".into());
    assert_eq!(span.status, Status::error(fmt::Error.to_string()));
}

#[tokio::test]
async fn pings_and_goodbyes_have_no_span_and_pass_untouched() {
    let sent = vec![Message::Ping(bytes()), Message::Pong(bytes()), Message::Close(None)];
    let mut socket = pin!(offline(sent.clone(), true));
    for expected in sent {
        let message = socket.next().await.unwrap().unwrap();
        assert_eq!(*message, expected);
        assert!(!message.process(async |_| ids(&Context::current()).0 != opentelemetry::TraceId::INVALID).await);
    }
}

/// Sends a message through a wrapped sink, and returns what the sink received.
async fn sent(message: Message, context: Context) -> Vec<Message> {
    let mut written = Vec::new();
    let sink = sink::unfold((), |(), message| {
        written.push(message);
        async { Ok::<_, fmt::Error>(()) }
    });
    let mut socket = Box::pin(instrumentation().accept(&axum::http::HeaderMap::new()).upgraded(sink));
    socket.send(message).with_context(context).await.unwrap();
    drop(socket);
    written
}

#[tokio::test]
async fn a_ping_is_sent_without_a_span() {
    let context = caller();
    assert_eq!(sent(Message::Ping(bytes()), context.clone()).await, [Message::Ping(bytes())]);
    assert!(spans(ids(&context).0).is_empty());
    assert_eq!(sent(Message::binary(bytes()), context.clone()).await, [Message::binary(bytes())]);
    assert_eq!(spans(ids(&context).0).len(), 1);
}

#[tokio::test]
async fn a_message_that_cannot_be_written_is_a_span_that_failed() {
    let sink = sink::unfold((), |(), _: Message| async { Err::<(), _>(fmt::Error) });
    let mut socket = Box::pin(instrumentation().accept(&axum::http::HeaderMap::new()).upgraded(sink));
    let context = caller();
    socket.send(Message::text("lost")).with_context(context.clone()).await.unwrap_err();
    let span = &spans(ids(&context).0)[0];
    assert_eq!(attributes(span)["error.type"], "core::fmt::Error".into());
    assert_eq!(span.status, Status::error(fmt::Error.to_string()));
}

#[tokio::test]
async fn a_message_that_was_never_flushed_is_a_span_that_failed() {
    let sink = sink::unfold((), |(), _: Message| async { Ok::<_, fmt::Error>(()) });
    let mut socket = Box::pin(instrumentation().accept(&axum::http::HeaderMap::new()).upgraded(sink));
    let context = caller();
    // `feed` passes the message to the sink and does not flush it.
    socket.feed(Message::text("late")).with_context(context.clone()).await.unwrap();
    assert!(spans(ids(&context).0).is_empty(), "not before it is known");
    drop(socket);
    assert_eq!(attributes(&spans(ids(&context).0)[0])["error.type"], "dropped".into());
}

#[tokio::test]
async fn a_message_takes_its_context_along_through_a_channel() {
    let (url, _) = server(instrumentation()).await;
    let mut client = client(&instrumentation(), &url).await;
    let context = caller();
    let made = async { Outbound::from(Message::text("made here")) }.with_context(context.clone()).await;
    // The message is sent outside the context in which it was created.
    client.send(made).await.unwrap();
    assert_eq!(spans(ids(&context).0)[0].parent_span_id, ids(&context).1);
}
