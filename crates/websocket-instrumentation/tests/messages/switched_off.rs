//! A tracer that is switched off: no spans, and the context goes on as if there were none.

use futures_util::{SinkExt, StreamExt};
use opentelemetry::trace::noop::NoopTracerProvider;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _};
use tokio_tungstenite::tungstenite::Message;
use websocket_instrumentation::Instrumentation;

use crate::world::{asking, client, goodbye, ids, instrumentation, server, spans};

/// An instrumentation without a tracer: what the SDK gives a library whose scope is switched off.
fn switched_off() -> Instrumentation {
    Instrumentation::builder().with_tracer_provider(&NoopTracerProvider::new()).build()
}

#[tokio::test]
async fn what_was_a_grandchild_is_a_child() {
    instrumentation();
    let (url, heard) = server(switched_off()).await;
    let mut client = client(&switched_off(), &url).await;
    let context = asking();
    client.send(Message::text("hello")).with_context(context.clone()).await.unwrap();
    client.next().await.unwrap().unwrap();
    goodbye(client).await;
    assert_eq!(heard.take(), [Message::text("hello")]);
    let spans = spans(ids(&context).0);
    let names: Vec<_> = spans.iter().map(|span| (span.name.as_ref(), span.parent_span_id)).collect();
    assert_eq!(names, [("work", ids(&context).1)]);
    context.span().end();
}
