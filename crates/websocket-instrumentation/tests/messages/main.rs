//! Integration tests: an axum server and a tokio-tungstenite client on the loopback interface.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod counted;
mod payload;
mod spans;
mod switched_off;
mod world;
