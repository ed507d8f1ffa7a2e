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
pub(crate) struct Cut(watch::Sender<bool>);

impl Default for Cut {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Cut {
    /// Wraps a router. It has to be the outermost layer: an abort drops the future of the request, and the span in it
    /// ends.
    pub(crate) fn over(&self, router: Router) -> Router {
        let cut = self.0.subscribe();
        router.layer(from_fn(move |request: Request, next: Next| until(cut.clone(), request, next)))
    }

    /// Aborts running requests and all later ones.
    pub(crate) fn now(&self) {
        self.0.send_replace(true);
    }
}

async fn until(mut cut: watch::Receiver<bool>, request: Request, next: Next) -> Response {
    let cut_off = async {
        if cut.wait_for(|now| *now).await.is_err() {
            // Without a sender no abort can follow.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        biased;
        response = next.run(request) => response,
        () = cut_off => Problem::new(StatusCode::SERVICE_UNAVAILABLE).detail("the service stops").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_request_that_never_ends_is_answered_once_it_is_cut_off() {
        let cut = Cut::default();
        let router = cut.over(Router::new().route("/", get(std::future::pending::<()>)));
        let answer = tokio::spawn(router.oneshot(Request::get("/").body(axum::body::Body::empty()).unwrap()));
        tokio::task::yield_now().await;
        assert!(!answer.is_finished());
        cut.now();
        assert_eq!(answer.await.unwrap().unwrap().status(), 503);
    }
}
