//! OpenTelemetry instrumentation for WebSocket messages: spans, metrics and context propagation.
//!
//! [`Instrumented`] wraps any `Sink` and `Stream` of messages. Each sent message gets a PRODUCER span, and each
//! received message a CONSUMER span. If both ends agree in the [`handshake`], the context is sent before each
//! payload; the application still sees only its own bytes.
//!
//! The library uses only the OpenTelemetry API. Without an SDK it has no visible effect. With a disabled tracer it
//! records no spans and still propagates the context.
//!
//! # Modules
//!
//! - [`Instrumentation`]: the instrumentation scope, and what all wrapped sockets share
//! - [`handshake`]: how both ends agree on propagation
//! - [`Instrumented`]: the wrapped socket; [`Outbound`]: a message to be sent; [`Incoming`]: a received message
//! - [`Message`]: what a message type has to provide
//! - `envelope`: the context block before a payload; `metrics`: counters of sent and consumed messages
#![cfg_attr(all(feature = "axum", feature = "tungstenite"), doc = include_str!("../README.md"))]

mod envelope;
pub mod handshake;
mod instrumentation;
mod message;
mod metrics;
mod receiving;
mod sending;
mod socket;

pub use handshake::Handshake;
pub use instrumentation::{Builder, Instrumentation, SCOPE};
pub use message::Message;
pub use receiving::Incoming;
pub use sending::Outbound;
pub use socket::Instrumented;
