//! What can go wrong with a request to this service: only what the client did.

use axum::response::{IntoResponse, Response};
use telemetry::problem::Problem;
use thiserror::Error;

/// A refused request.
#[derive(Debug, Error)]
pub enum RemoteUsersError {
    /// `count` is not a number from 1 to 1000.  The client's mistake, so nothing is logged.
    #[error("count is not a number from 1 to 1000")]
    Count(Problem),
}

impl IntoResponse for RemoteUsersError {
    fn into_response(self) -> Response {
        match self {
            Self::Count(problem) => problem.into_response(),
        }
    }
}
