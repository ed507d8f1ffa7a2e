//! Tests the WebSocket with the instrumentation library: spans of the service are children of the library's spans.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use telemetry::messaging::WebSocketTracing;
use telemetry::testing::refusing_peer::refusing_peer;
use telemetry::testing::{RecordedSpan, recorder, tree::tree};
use telemetry::{Defect, span};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use users::config::Config;
use websocket_instrumentation::Instrumentation;

use crate::world::{Users, config};

/// Sends one message in a root span with this name. Returns the reply, and the spans of the trace once there are
/// `count`.
async fn request(
    change: fn(&mut Config),
    name: &'static str,
    message: Value,
    count: usize,
) -> (Value, Vec<RecordedSpan>) {
    let mut config = config(refusing_peer(), refusing_peer());
    config.websocket_tracing = WebSocketTracing::Library;
    change(&mut config);
    let users = Users::start(config).await;
    let instrumentation = Instrumentation::builder().with_destination("/ws").build();
    let mut request = format!("ws://{}/ws", users.address).into_client_request().unwrap();
    instrumentation.offer(request.headers_mut());
    let (socket, response) = connect_async(request).await.unwrap();
    let mut socket = instrumentation.connected(socket, response.headers());
    assert!(socket.propagates());
    let exchange = async {
        socket.send(Message::text(message.to_string())).await.unwrap();
        socket.next().await.unwrap().unwrap().into_inner()
    };
    let answer = serde_json::from_str(span::root(name, exchange).await.to_text().unwrap()).unwrap();
    let root = recorder().spans().into_iter().find(|span| span.name == name).unwrap();
    (answer, recorder().wait_for(&root.trace_id, count).await)
}

#[tokio::test]
async fn what_is_done_for_a_message_is_below_the_spans_of_the_library() {
    let message = json!({"id": "a", "message": "Grüße", "want": "user"});
    let (answer, spans) = request(|_| (), "asking for a user", message, 7).await;
    assert_eq!(answer, json!({"id": "a", "error": "cannot get a user"}));
    assert_eq!(
        tree(&spans),
        "INTERNAL asking for a user\n  PRODUCER send /ws\n    CONSUMER process /ws\n      CLIENT GET ERROR\n      \
         CLIENT GET [redis] ERROR\n      PRODUCER send /ws\n        CONSUMER process /ws\n"
    );
    let spoken_of = |span: &&RecordedSpan| span.attributes.get("lab.cache.hit") == Some(&json!(false));
    let consumer = spans.iter().find(spoken_of).expect("the service can speak of a span that the library has made");
    assert_eq!((consumer.kind.as_str(), consumer.name.as_str()), ("CONSUMER", "process /ws"));
}

#[tokio::test]
async fn what_was_heard_is_what_was_said() {
    let message = json!({"id": "b", "message": "Grüße, 世界!"});
    let (answer, _) = request(|_| (), "saying", message, 5).await;
    assert_eq!(answer, json!({"id": "b", "ack": true, "heard": "Grüße, 世界!"}));
}

#[tokio::test]
async fn a_garbled_payload_has_a_perfect_trace() {
    let message = json!({"id": "c", "message": "Grüße"});
    let garbled = |config: &mut Config| config.defect = Some(Defect::GarbledPayload);
    let (answer, spans) = request(garbled, "saying in vain", message, 5).await;
    assert_eq!(answer, json!({"id": "c", "ack": true, "heard": "Gr\u{c3}\u{bc}\u{c3}\u{9f}e"}));
    let expected = "INTERNAL saying in vain\n  PRODUCER send /ws\n    CONSUMER process /ws\n      PRODUCER send /ws\n        \
                    CONSUMER process /ws\n";
    assert_eq!(tree(&spans), expected);
}
