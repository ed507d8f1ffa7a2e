//! A disabled tracer: no spans are recorded, and the context of the caller is propagated unchanged.

use futures_util::{SinkExt, StreamExt};
use opentelemetry::trace::noop::NoopTracerProvider;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _};
use tokio_tungstenite::tungstenite::Message;
use websocket_instrumentation::Instrumentation;

use crate::world::{caller, client, goodbye, ids, instrumentation, server, spans};

/// Returns an instrumentation with the tracer that an SDK returns for a disabled scope.
fn switched_off() -> Instrumentation {
    Instrumentation::builder().with_tracer_provider(&NoopTracerProvider::new()).build()
}

#[tokio::test]
async fn what_was_a_grandchild_is_a_child() {
    instrumentation();
    let (url, heard) = server(switched_off()).await;
    let mut client = client(&switched_off(), &url).await;
    let context = caller();
    client.send(Message::text("hello")).with_context(context.clone()).await.unwrap();
    client.next().await.unwrap().unwrap();
    goodbye(client).await;
    assert_eq!(heard.take(), [Message::text("hello")]);
    let spans = spans(ids(&context).0);
    let names: Vec<_> = spans.iter().map(|span| (span.name.as_ref(), span.parent_span_id)).collect();
    assert_eq!(names, [("work", ids(&context).1)]);
    context.span().end();
}
