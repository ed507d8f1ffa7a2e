//! OpenTelemetry for the messages of a WebSocket: spans, metrics and context, without a tracing line in the application.
//!
//! [`Instrumented`] wraps any `Sink` and `Stream` of messages.  Each message that is sent has a PRODUCER span, each that
//! arrives a CONSUMER span, and the context travels in front of the payload if both ends have agreed to that in the
//! handshake ([`handshake`]); the application sees its own bytes and nothing else.
//!
//! The library uses the OpenTelemetry API only.  Without an SDK it does nothing that one could notice; under a tracer
//! that is switched off it makes no spans but still hands the context on.
//!
//! # Layout
//!
//! - [`Instrumentation`]: the instrumentation scope, and what is common to the sockets that it wraps
//! - [`handshake`]: how two ends agree
//! - [`Instrumented`]: the wrapped socket · [`Outbound`]: a message on its way out · [`Incoming`]: one that arrived
//! - [`Message`]: what a message has to be able to do
//! - `envelope`: the context in front of a payload · `metrics`: messages sent and consumed
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
