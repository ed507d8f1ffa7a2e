//! The library between a real axum server and a real tokio-tungstenite client, over a socket on loopback.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod counted;
mod payload;
mod spans;
mod switched_off;
mod world;
