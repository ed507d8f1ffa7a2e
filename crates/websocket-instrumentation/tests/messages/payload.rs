//! Payloads arrive byte for byte, whichever ends have the library; the plugin of the original bootcamp changed them.

use std::cell::RefCell;

use opentelemetry::trace::FutureExt as _;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::Message;
use websocket_instrumentation::Instrumentation;

use crate::world::{caller, client, exchange, instrumentation, server};

/// Generates arbitrary texts, including some that look like a context block.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,80}",
        Just(String::new()),
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("Grüße, 世界 🌍".to_owned()),
        "traceparent:00-[0-9a-f]{32}-[0-9a-f]{16}-01\n(baggage:a=b\n)?\n?.{0,20}",
        (0..300_000_usize).prop_map(|length| "ü".repeat(length / 2)),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        text().prop_map(Message::text),
        text().prop_map(|text| Message::binary(text.into_bytes())),
        prop::collection::vec(any::<u8>(), 0..2000).prop_map(Message::binary),
    ]
}

/// Sends arbitrary messages over one socket, and compares what the server received and what it sent back.
fn arrive_unchanged(ours: Instrumentation, theirs: Instrumentation, agreed: bool) {
    let runtime = Runtime::new().unwrap();
    let (heard, client) = runtime.block_on(async {
        let (url, heard) = server(theirs).await;
        let client = client(&ours, &url).await;
        assert_eq!(client.propagates(), agreed);
        (heard, client)
    });
    let client = RefCell::new(client);
    let mut runner = TestRunner::new(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() });
    let outcome = runner.run(&message(), |message| {
        let back = runtime.block_on(exchange(&mut client.borrow_mut(), message.clone()).with_context(caller()));
        prop_assert_eq!(&heard.take()[..], std::slice::from_ref(&message));
        prop_assert_eq!(back, message);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn when_both_ends_have_the_library() {
    arrive_unchanged(instrumentation(), instrumentation(), true);
}

#[test]
fn when_only_the_client_has_it() {
    arrive_unchanged(instrumentation(), Instrumentation::disabled(), false);
}

#[test]
fn when_only_the_server_has_it() {
    arrive_unchanged(Instrumentation::disabled(), instrumentation(), false);
}

#[test]
fn when_nobody_has_it() {
    arrive_unchanged(Instrumentation::disabled(), Instrumentation::disabled(), false);
}
