//! Aborts requests that are still running when the drain deadline has passed, with status 503.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use tokio::sync::watch;

use crate::problem::Problem;

/// Aborts all requests of one server.
#[derive(Debug)]
pub(crate) struct AbortRequests(watch::Sender<bool>);

impl Default for AbortRequests {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl AbortRequests {
    /// Wraps a router. It has to be the outermost layer: an abort drops the future of the request, and the span in it
    /// ends.
    pub(crate) fn over(&self, router: Router) -> Router {
        let aborted = self.0.subscribe();
        router.layer(from_fn(move |request: Request, next: Next| unless_aborted(aborted.clone(), request, next)))
    }

    /// Aborts running requests and all later ones.
    pub(crate) fn now(&self) {
        self.0.send_replace(true);
    }
}

async fn unless_aborted(mut aborted: watch::Receiver<bool>, request: Request, next: Next) -> Response {
    let abort = async {
        if aborted.wait_for(|aborted| *aborted).await.is_err() {
            // Without a sender no abort can follow.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        biased;
        response = next.run(request) => response,
        () = abort => Problem::new(StatusCode::SERVICE_UNAVAILABLE).detail("the service is stopping").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_request_that_never_ends_has_a_response_once_it_is_aborted() {
        let abort = AbortRequests::default();
        let router = abort.over(Router::new().route("/", get(std::future::pending::<()>)));
        let answer = tokio::spawn(router.oneshot(Request::get("/").body(axum::body::Body::empty()).unwrap()));
        tokio::task::yield_now().await;
        assert!(!answer.is_finished());
        abort.now();
        assert_eq!(answer.await.unwrap().unwrap().status(), 503);
    }
}
