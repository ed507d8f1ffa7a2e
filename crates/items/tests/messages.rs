//! Snapshots of the messages of `items`: errors, and the bodies of its error responses.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use axum::body::to_bytes;
use axum::response::IntoResponse as _;
use items::connector::ConnectError;
use items::conversation::End;
use items::error::ItemsError;
use items::socket_error::SocketError;
use telemetry::{Peer, http_client, query, redis_client};

/// The name of a variant. Add a new variant to `items_errors`, too.
fn items_error(error: &ItemsError) -> &'static str {
    match error {
        ItemsError::Parameter(_) => "Parameter",
        ItemsError::OnRequest => "OnRequest",
        ItemsError::Users(_) => "Users",
        ItemsError::Socket(SocketError::NotConnected) => "Socket(NotConnected)",
        ItemsError::Socket(SocketError::Broken) => "Socket(Broken)",
        ItemsError::Socket(SocketError::AckTimeout) => "Socket(AckTimeout)",
        ItemsError::Socket(SocketError::Rejected) => "Socket(Rejected)",
        ItemsError::Publish(_) => "Publish",
    }
}

/// The name of a variant. Add a new variant to `errors`, too.
fn connect_error(error: &ConnectError) -> &'static str {
    match error {
        ConnectError::Timeout => "Timeout",
        ConnectError::Handshake(_) => "Handshake",
    }
}

/// The name of a variant. Add a new variant to `errors`, too.
fn end(end: End) -> &'static str {
    match end {
        End::Lost => "Lost",
        End::AckTimeout => "AckTimeout",
        End::Stopped => "Stopped",
    }
}

async fn items_errors() -> [ItemsError; 8] {
    let parameter = query::integer(&vec![("delay_ms".to_owned(), "-1".to_owned())], "delay_ms", 0, 0..=10_000);
    // Port 0 refuses every connection.
    let nowhere = Peer { host: "127.0.0.1".to_owned(), port: 0 };
    let redis = redis_client::Redis::new(nowhere, redis_client::Timeouts::default()).unwrap();
    let publish = redis.publish("my-channel", Default::default()).await.unwrap_err();
    [
        ItemsError::Parameter(parameter.unwrap_err()),
        ItemsError::OnRequest,
        ItemsError::Users(http_client::Error::Status(http::StatusCode::BAD_GATEWAY)),
        SocketError::NotConnected.into(),
        SocketError::Broken.into(),
        SocketError::AckTimeout.into(),
        SocketError::Rejected.into(),
        ItemsError::Publish(publish),
    ]
}

#[tokio::test]
async fn errors() {
    let errors = items_errors().await;
    let errors = errors.iter().map(|error| format!("ItemsError::{}: {error}", items_error(error)));
    let handshake = tokio_tungstenite::tungstenite::Error::ConnectionClosed.into();
    let connect = [ConnectError::Timeout, handshake];
    let connect = connect.iter().map(|error| format!("ConnectError::{}: {error}", connect_error(error)));
    let ends = [End::Lost, End::AckTimeout, End::Stopped].map(|ended| format!("End::{}: {ended}", end(ended)));
    let mut lines: Vec<String> = errors.chain(connect).chain(ends).collect();
    for error in items_errors().await {
        let body = to_bytes(error.into_response().into_body(), 1024).await.unwrap();
        lines.push(String::from_utf8_lossy(&body).into_owned());
    }
    insta::assert_snapshot!(lines.join("\n"));
}
