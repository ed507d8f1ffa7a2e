//! Cutting requests off: what still runs when a drain's deadline has passed is answered 503 there and then.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use tokio::sync::watch;

use crate::problem::Problem;

/// Cuts off the requests of one server, all at once.
#[derive(Debug)]
pub(crate) struct Cut(watch::Sender<bool>);

impl Default for Cut {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Cut {
    /// Puts every request to a router within reach.  Outermost: the span of a request that is cut off ends, because the
    /// future that holds it is dropped.
    pub(crate) fn over(&self, router: Router) -> Router {
        let cut = self.0.subscribe();
        router.layer(from_fn(move |request: Request, next: Next| until(cut.clone(), request, next)))
    }

    /// Cuts off what runs, and what comes.
    pub(crate) fn now(&self) {
        self.0.send_replace(true);
    }
}

async fn until(mut cut: watch::Receiver<bool>, request: Request, next: Next) -> Response {
    let cut_off = async {
        if cut.wait_for(|now| *now).await.is_err() {
            // Whoever could cut is gone: nobody will.
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
