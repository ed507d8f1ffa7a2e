//! The HTTP server middleware: for each request it creates a SERVER span, records a duration, counts the request, and
//! adds the response header `traceresponse`.
//!
//! Attributes follow the [semantic conventions for HTTP server spans].
//!
//! [semantic conventions for HTTP server spans]: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server

mod exchange;
mod hook;
mod metrics;
mod request_span;
mod request_tracing;

use axum::Router;

pub use exchange::TRACERESPONSE;
pub use hook::{CapturedHeaders, ENV_CAPTURE_HEADERS, RequestHook};
pub use request_tracing::RequestTracing;

/// Traces every request to a router, and records no header. Call it last, because routes that are added later are not
/// traced.
pub fn traced<S>(router: Router<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    hooked(router, CapturedHeaders::default())
}

/// Traces every request to a router like [`traced`], and adds the attributes that the hook returns to the SERVER
/// span. For a router with a WebSocket, use [`RequestTracing`].
pub fn hooked<S>(router: Router<S>, hook: impl RequestHook) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    RequestTracing::hooked(hook).over(router)
}
