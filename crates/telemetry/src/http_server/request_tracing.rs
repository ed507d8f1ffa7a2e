//! The middleware that traces the requests to a router; only the opening handshake of a WebSocket route has no span.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http::StatusCode;
use tracing::{Instrument as _, error};

use super::exchange::Exchange;
use super::hook::RequestHook;
use super::request_span;
use crate::problem::Problem;

/// How the requests to a router are traced: the hook for additional attributes, and the routes of WebSockets.
#[derive(Clone)]
pub struct RequestTracing {
    hook: Arc<dyn RequestHook>,
    websockets: Vec<&'static str>,
}

impl fmt::Debug for RequestTracing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RequestTracing").field("websockets", &self.websockets).finish_non_exhaustive()
    }
}

impl RequestTracing {
    /// Adds the attributes that the hook returns to every SERVER span.
    pub fn hooked(hook: impl RequestHook) -> Self {
        Self { hook: Arc::new(hook), websockets: Vec::new() }
    }

    /// Declares the route of a WebSocket, such as `/ws`.
    ///
    /// A request that opens a WebSocket there has no SERVER span and is not counted: the connection is a log line, and
    /// each message has its own spans. Every other request to the route is traced.
    #[must_use]
    pub fn with_websocket(mut self, route: &'static str) -> Self {
        self.websockets.push(route);
        self
    }

    /// Traces the requests to a router. Call it last, because routes that are added later are not traced.
    pub fn over<S>(self, router: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        router.layer(from_fn_with_state(Arc::new(self), trace))
    }

    /// Whether the request opens a WebSocket. The route decides first, so that no client can avoid a span by its
    /// headers. Then axum decides, by the same check as in the handler of the route.
    async fn opens_websocket(&self, request: Request) -> (bool, Request) {
        let declared = request_span::route(&request).is_some_and(|route| self.websockets.contains(&route));
        if !declared {
            return (false, request);
        }
        let (head, body) = request.into_parts();
        // The check takes the connection out of the head, and the handler needs it as well.
        let opens = WebSocketUpgrade::from_request_parts(&mut head.clone(), &()).await.is_ok();
        (opens, Request::from_parts(head, body))
    }
}

async fn trace(State(tracing): State<Arc<RequestTracing>>, request: Request, next: Next) -> Response {
    let (opens_websocket, request) = tracing.opens_websocket(request).await;
    if opens_websocket {
        return respond(request, next).await;
    }
    let exchange = Exchange::begin(&request, tracing.hook.as_ref());
    // The SERVER span is the current span in the handler: log lines get its IDs, and spans that the handler starts
    // become its children.
    let response = respond(request, next).instrument(exchange.span()).await;
    // The span ends here, before the first byte is sent. So a client that has the response can rely on the span
    // having ended, and the caller's CLIENT span encloses it.
    exchange.finish(response)
}

/// Runs the handler. A panic becomes a response with status 500 instead of a closed connection.
async fn respond(request: Request, next: Next) -> Response {
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    handled.unwrap_or_else(|_| {
        error!("the handler panicked");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR).error_type("panic").into_response()
    })
}
