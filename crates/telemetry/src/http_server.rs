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

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http::{HeaderMap, StatusCode, header};
use tracing::{Instrument as _, error};

use crate::problem::Problem;
use exchange::Exchange;
pub use hook::{CapturedHeaders, ENV_CAPTURE_HEADERS, RequestHook};
pub(crate) use request_span::adopt;

/// The response header with the IDs of the SERVER span, in the form `00-<trace id>-<span id>-<flags>`. It is a W3C
/// draft.
pub const TRACERESPONSE: &str = "traceresponse";

/// Traces every request to a router. Call it last, because routes that are added later are not traced.
///
/// A request that opens a WebSocket has no SERVER span: the connection is a log line, and each message has its own
/// spans.
pub fn traced<S>(router: Router<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    // The empty list: no header is recorded.
    hooked(router, CapturedHeaders::default())
}

/// Traces every request to a router like [`traced`], and adds the attributes that the hook returns to the SERVER
/// span.
pub fn hooked<S>(router: Router<S>, hook: impl RequestHook) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let hook: Arc<dyn RequestHook> = Arc::new(hook);
    router.layer(from_fn_with_state(hook, trace))
}

async fn trace(State(hook): State<Arc<dyn RequestHook>>, request: Request, next: Next) -> Response {
    if is_upgrade(request.headers()) {
        return next.run(request).await;
    }
    let exchange = Exchange::begin(&request, hook.as_ref());
    // The SERVER span is the current span in the handler: log lines get its IDs, and spans that the handler starts
    // become its children.
    let response = answer(request, next).instrument(exchange.span()).await;
    // The span ends here, before the first byte is sent. So a client that has the response can rely on the span
    // having ended, and the caller's CLIENT span encloses it.
    exchange.finish(response)
}

/// Runs the handler. A panic becomes a response with status 500 instead of a closed connection.
async fn answer(request: Request, next: Next) -> Response {
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    handled.unwrap_or_else(|_| {
        error!("the handler panicked");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR).error_type("panic").into_response()
    })
}

/// Whether the request opens a WebSocket. Both headers are required, so that `Upgrade` alone cannot bypass tracing.
fn is_upgrade(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    let websocket = upgrade.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"));
    websocket && headers.contains_key(header::SEC_WEBSOCKET_KEY)
}
