//! The errors of a request to `users`: how they are recorded, and which response the client gets.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use telemetry::problem::Problem;
use telemetry::span;
use thiserror::Error;

use crate::remote::RemoteUsersError;

/// A failed request.
#[derive(Debug, Error)]
pub enum UsersError {
    /// The list of users is not in the cache, and `remote-users` failed.
    #[error("no list of users: {0}")]
    RemoteUsers(#[from] RemoteUsersError),
    /// The picked user is not in the list.
    #[error("list index out of range: {index}, in a list of {length}")]
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
            Self::RemoteUsers(error) => tracing::error!(error = chain(error), "there is no list of users"),
            Self::OutOfRange { .. } => tracing::error!(error = %self, "nobody can be picked"),
        }
    }
}

impl IntoResponse for UsersError {
    fn into_response(self) -> Response {
        self.record();
        // A fixed text, because causes and addresses belong in the log.
        let (status, detail) = match self {
            Self::RemoteUsers(_) => (StatusCode::BAD_GATEWAY, "the list of users cannot be fetched"),
            Self::OutOfRange { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "nobody can be picked"),
        };
        Problem::new(status).detail(detail).into_response()
    }
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
