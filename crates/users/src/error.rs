//! What can go wrong with a request to this service, how it is recorded, and what the client sees.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use telemetry::problem::Problem;
use telemetry::span;
use thiserror::Error;

use crate::remote::RemoteUsersError;

/// A failed request.
#[derive(Debug, Error)]
pub enum UsersError {
    /// There is no list of users: not in the cache, and remote-users failed.
    #[error("no list of users: {0}")]
    RemoteUsers(#[from] RemoteUsersError),
    /// The user that was picked is not in the list.
    #[error("list index out of range: {index}, in a list of {length}")]
    OutOfRange {
        /// Which was picked, counted from 0.
        index: usize,
        /// How many there are.
        length: usize,
    },
}

impl UsersError {
    /// Logs the failure and records it on the current span.  Called once, where the failure is answered.
    pub fn record(&self) {
        self.log();
        span::record_exception(self);
    }

    /// Only logs it: where the failure is the answer to a message, whoever makes the message's span says what it means.
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
        // A fixed sentence: causes and addresses are for the log.
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
