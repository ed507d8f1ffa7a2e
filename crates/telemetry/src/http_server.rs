//! The middleware of every service: one SERVER span, one duration and one count for each request, and `traceresponse`.
//!
//! Attributes are those of the [conventions for HTTP spans].
//!
//! [conventions for HTTP spans]: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server

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

/// The response header that tells a client the ids of the span that served it.
pub const TRACERESPONSE: &str = "traceresponse";

/// Traces every request to a router.  Call it last: routes that are added afterwards are not traced.
///
/// A request to become a WebSocket passes untouched: a connect is a log line, and each message has spans of its own.
pub fn traced<S>(router: Router<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    // The empty list: no header is recorded.
    hooked(router, CapturedHeaders::default())
}

/// Traces every request, with what a hook adds to its span.
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
    // In the handler the span is the current one: log lines carry its ids, and spans opened there are its children.
    let response = answer(request, next).instrument(exchange.span()).await;
    // The span ends here, before the first byte leaves: a client that has its answer can rely on the span having ended,
    // and the caller's CLIENT span encloses it.
    exchange.finish(response)
}

/// Runs the handler.  One that panics is an answer as well, rather than a connection that closes without a word.
async fn answer(request: Request, next: Next) -> Response {
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    handled.unwrap_or_else(|_| {
        error!("the handler panicked");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR).error_type("panic").into_response()
    })
}

/// The opening of a WebSocket.  Both headers, so that one alone does not get a plain request past its span.
fn is_upgrade(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    let websocket = upgrade.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"));
    websocket && headers.contains_key(header::SEC_WEBSOCKET_KEY)
}
