//! The errors of a request to `users`: how they are recorded, and which response the client gets.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use telemetry::problem::Problem;
use telemetry::{error_chain, span};
use thiserror::Error;

use crate::remote::RemoteUsersError;

/// A failed request.
///
/// The message contains the cause, because the status of a span contains only one message.
#[derive(Debug, Error)]
pub enum UsersError {
    /// The list of users is not in the cache, and `remote-users` failed.
    #[error("cannot get the list of users: {0}")]
    RemoteUsers(#[from] RemoteUsersError),
    /// The picked user is not in the list.
    #[error("index {index} is out of range: the list length is {length}")]
    OutOfRange {
        /// The picked index, from 0.
        index: usize,
        /// The number of users in the list.
        length: usize,
    },
}

impl UsersError {
    /// Logs the failure, and records it as an exception on the current span. Call it once, where the failure is
    /// handled.
    pub fn record(&self) {
        self.log();
        span::record_exception(self);
    }

    /// Only logs the failure. For a failed WebSocket message, the code that creates the CONSUMER span records the
    /// error.
    pub fn log(&self) {
        match self {
            Self::RemoteUsers(error) => tracing::error!(error = error_chain(error), "cannot get the list of users"),
            Self::OutOfRange { .. } => tracing::error!(error = %self, "cannot pick a user"),
        }
    }
}

impl IntoResponse for UsersError {
    fn into_response(self) -> Response {
        self.record();
        // A fixed text, because causes and addresses belong in the log.
        let (status, detail) = match self {
            Self::RemoteUsers(_) => (StatusCode::BAD_GATEWAY, "cannot get the list of users"),
            Self::OutOfRange { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "cannot pick a user"),
        };
        Problem::new(status).detail(detail).into_response()
    }
}
