//! The errors of a request to `items`: how they are recorded, and which response the client gets.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use telemetry::problem::Problem;
use telemetry::{http_client, redis_client, span};
use thiserror::Error;

use crate::socket_error::SocketError;

/// A failed request.
///
/// The message contains the cause, because a log line and the status of a span each contain only one message.
#[derive(Debug, Error)]
pub enum ItemsError {
    /// A parameter is invalid. It is the client's mistake, so nothing is logged.
    #[error("invalid query parameter")]
    Parameter(Problem),
    /// The client requested a failure (`?fail=1`).
    #[error("the client requested a failure with `fail=1`")]
    OnRequest,
    /// The call to `users` returned no user.
    #[error("the request to `users` failed: {0}")]
    Users(http_client::Error),
    /// The message to `users` was not acknowledged.
    #[error("the message to `users` failed: {0}")]
    Socket(#[from] SocketError),
    /// Redis did not accept the message.
    #[error("cannot publish the message to Redis: {0}")]
    Publish(redis_client::Error),
}

impl ItemsError {
    /// The response. Its text is fixed, because causes and addresses belong in the log.
    fn problem(&self) -> Problem {
        let (status, sentence) = match self {
            Self::Parameter(problem) => return problem.clone(),
            Self::OnRequest => (StatusCode::INTERNAL_SERVER_ERROR, "the client requested a failure with `fail=1`"),
            Self::Users(_) => (StatusCode::BAD_GATEWAY, "the request to `users` failed"),
            Self::Socket(_) => (StatusCode::SERVICE_UNAVAILABLE, "the message to `users` failed"),
            Self::Publish(_) => (StatusCode::SERVICE_UNAVAILABLE, "cannot publish the message to Redis"),
        };
        Problem::new(status).detail(sentence)
    }
}

impl IntoResponse for ItemsError {
    /// Logs a server error and records it as an exception on the SERVER span. No other function does, so one failure
    /// is recorded once.
    fn into_response(self) -> Response {
        let problem = self.problem();
        if problem.status().is_server_error() {
            tracing::error!(error = %self, "the request failed");
            span::record_exception(&self);
        }
        problem.into_response()
    }
}
