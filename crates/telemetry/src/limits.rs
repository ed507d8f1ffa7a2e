//! Limits the size and the duration of requests; both error responses appear on the SERVER span.

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use tower_http::limit::RequestBodyLimitLayer;

use crate::problem::Problem;
use crate::timeout_factor::TimeoutFactor;

/// The limits of a request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The maximum size of the request body, in bytes; 64 KiB by default.
    pub body: usize,
    /// The maximum time until the handler returns its response; 15 s by default.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 64 * 1024, time: Duration::from_secs(15) }
    }
}

impl Limits {
    /// The default limits, with the time multiplied by the timeout factor.
    #[must_use]
    pub fn with(timeout_factor: TimeoutFactor) -> Self {
        let usual = Self::default();
        Self { time: timeout_factor.scale(usual.time), ..usual }
    }
}

/// Limits every request to a router: 413 for a body that is too large, 503 for a handler that takes too long.
///
/// Apply tracing to the result of this function. Otherwise these responses have no SERVER span.
pub fn limited<S>(router: Router<S>, limits: Limits) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    // The inner layer limits bodies without a Content-Length header: reading beyond the limit fails.
    let router = router.layer(RequestBodyLimitLayer::new(limits.body));
    router.layer(from_fn_with_state(limits, limit))
}

async fn limit(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    if content_length(request.headers()) > limits.body as u64 {
        let detail = format!("the request body has more than {} bytes", limits.body);
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE).detail(detail).into_response();
    }
    let response = tokio::time::timeout(limits.time, next.run(request)).await;
    response.unwrap_or_else(|_| {
        let detail = format!("the request took longer than {} ms", limits.time.as_millis());
        Problem::new(StatusCode::SERVICE_UNAVAILABLE).detail(detail).error_type("timeout").into_response()
    })
}

fn content_length(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}
