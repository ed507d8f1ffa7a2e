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
        }
    }
}

impl IntoResponse for UsersError {
    fn into_response(self) -> Response {
        self.record();
        // A fixed sentence: causes and addresses are for the log.
        Problem::new(StatusCode::BAD_GATEWAY).detail("the list of users cannot be fetched").into_response()
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
