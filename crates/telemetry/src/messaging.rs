//! Messages between services, over Redis and WebSockets: JSON objects that carry trace context and baggage in
//! top-level keys.
//!
//! Spans follow the [semantic conventions for
//! messaging](https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/): a PRODUCER span for sending a
//! message, and a CONSUMER span for processing it.

mod carrier;
mod channel;
mod incoming;
mod malformed;
mod metrics;
mod outgoing;
mod websocket_tracing;

pub use carrier::{extract, inject};
pub use channel::Channel;
pub use incoming::{Incoming, Parent};
pub use malformed::{MESSAGE_LIMIT, Malformed, read_object};
pub(crate) use metrics::count_deliveries;
pub use outgoing::Outgoing;
pub use websocket_tracing::WebSocketTracing;
