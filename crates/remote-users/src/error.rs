//! The errors of a request to `remote-users`: only mistakes of the client.

use axum::response::{IntoResponse, Response};
use telemetry::problem::Problem;
use thiserror::Error;

/// A rejected request.
#[derive(Debug, Error)]
pub enum RemoteUsersError {
    /// `count` is not an integer from 1 to 1000. It is the client's mistake, so nothing is logged.
    #[error("invalid query parameter `count`")]
    Count(Problem),
}

impl IntoResponse for RemoteUsersError {
    fn into_response(self) -> Response {
        match self {
            Self::Count(problem) => problem.into_response(),
        }
    }
}
