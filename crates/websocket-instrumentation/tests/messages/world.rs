//! Test fixtures: an echo server, a client, and the recorded spans.

use std::sync::{LazyLock, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::any;
use futures_util::{SinkExt, StreamExt};
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::{SpanId, TraceContextExt as _, TraceId, Tracer as _};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite};
use websocket_instrumentation::{Instrumentation, Instrumented};

/// The socket of a client.
pub(crate) type Client = Instrumented<WebSocketStream<MaybeTlsStream<TcpStream>>>;

static EXPORTER: LazyLock<InMemorySpanExporter> = LazyLock::new(|| {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    global::set_tracer_provider(provider);
    global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(BaggagePropagator::new()),
    ]));
    exporter
});

/// Returns an instrumentation that records to the exporter of the tests.
pub(crate) fn instrumentation() -> Instrumentation {
    LazyLock::force(&EXPORTER);
    Instrumentation::builder().with_destination("/ws").build()
}

/// Returns the context of a caller: a span and one baggage entry.
pub(crate) fn caller() -> Context {
    LazyLock::force(&EXPORTER);
    let span = global::tracer("the test").start("caller");
    Context::new().with_baggage([KeyValue::new("tenant", "acme")]).with_span(span)
}

/// Returns the IDs of the span in a context.
pub(crate) fn ids(context: &Context) -> (TraceId, SpanId) {
    let span = context.span();
    (span.span_context().trace_id(), span.span_context().span_id())
}

/// Returns the ended spans of a trace, sorted by start time.
pub(crate) fn spans(trace: TraceId) -> Vec<SpanData> {
    let mut spans = EXPORTER.get_finished_spans().unwrap();
    spans.retain(|span| span.span_context.trace_id() == trace);
    spans.sort_by_key(|span| span.start_time);
    spans
}

/// The messages that the server received.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard(std::sync::Arc<Mutex<Vec<Message>>>);

impl Heard {
    /// Returns and removes all messages, converted to the type of tungstenite.
    pub(crate) fn take(&self) -> Vec<tungstenite::Message> {
        let plain = |message| match message {
            Message::Text(text) => tungstenite::Message::text(text.as_str()),
            Message::Binary(bytes) => tungstenite::Message::binary(bytes),
            other => panic!("neither text nor binary: {other:?}"),
        };
        self.0.lock().unwrap().drain(..).map(plain).collect()
    }
}

/// Starts a server that sends back every text and binary message while it processes it, so both are in one trace.
pub(crate) async fn server(instrumentation: Instrumentation) -> (String, Heard) {
    let heard = Heard::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/ws", listener.local_addr().unwrap());
    let handler = {
        let heard = heard.clone();
        async move |headers: HeaderMap, upgrade: WebSocketUpgrade| accept(&instrumentation, &headers, upgrade, heard)
    };
    let app = Router::new().route("/ws", any(handler));
    tokio::spawn(async { axum::serve(listener, app).await });
    (url, heard)
}

fn accept(instrumentation: &Instrumentation, headers: &HeaderMap, upgrade: WebSocketUpgrade, heard: Heard) -> Response {
    let handshake = instrumentation.accept(headers);
    let upgraded = handshake.clone();
    let mut response = upgrade.on_upgrade(move |socket| echo(upgraded.upgraded(socket), heard));
    handshake.confirm(response.headers_mut());
    response
}

async fn echo(mut socket: Instrumented<WebSocket>, heard: Heard) {
    while let Some(Ok(message)) = socket.next().await {
        if !matches!(*message, Message::Text(_) | Message::Binary(_)) {
            continue;
        }
        let answered = message.process(async |message| {
            heard.0.lock().unwrap().push(message.clone());
            // The span `work` and the reply belong to the context of the message.
            global::tracer("the server").in_span("work", |_| ());
            socket.send(message).await
        });
        if answered.await.is_err() {
            return;
        }
    }
}

/// Connects a client.
pub(crate) async fn client(instrumentation: &Instrumentation, url: &str) -> Client {
    let mut request = url.into_client_request().unwrap();
    instrumentation.offer(request.headers_mut());
    let (socket, response) = connect_async(request).await.unwrap();
    instrumentation.connected(socket, response.headers())
}

/// Sends a message and returns the reply.
pub(crate) async fn exchange(client: &mut Client, message: tungstenite::Message) -> tungstenite::Message {
    client.send(message).await.unwrap();
    client.next().await.expect("the socket is open").unwrap().into_inner()
}

/// Closes the socket properly. When the server confirms the close, it has ended the spans of all messages.
pub(crate) async fn goodbye(mut client: Client) {
    client.get_mut().close(None).await.unwrap();
    while let Some(Ok(_)) = client.next().await {}
}

/// Returns bytes that are not valid UTF-8.
pub(crate) fn bytes() -> Bytes {
    Bytes::from_static(&[0, 159, 146, 150])
}
