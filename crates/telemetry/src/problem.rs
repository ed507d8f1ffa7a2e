//! Error responses as `application/problem+json` (RFC 9457), with the value of `error.type` for the SERVER span.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// The value of `error.type`, stored in the extensions of a response. The server middleware copies it to the SERVER
/// span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorType(pub &'static str);

/// An error response. Clients see all its members, so these must not contain causes. Causes belong on the span and in
/// the log.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    members: Map<String, Value>,
    error_type: Option<ErrorType>,
}

impl Problem {
    /// A problem whose type is `about:blank` and whose title is the reason phrase of the status.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        let mut members = Map::new();
        members.insert("type".to_owned(), json!("about:blank"));
        members.insert("title".to_owned(), json!(status.canonical_reason().unwrap_or("Unknown")));
        members.insert("status".to_owned(), json!(status.as_u16()));
        Self { status, members, error_type: None }
    }

    /// Adds the member `detail`: a sentence about this occurrence.
    #[must_use]
    pub fn detail(self, sentence: impl Into<String>) -> Self {
        self.with("detail", sentence.into())
    }

    /// Adds an extension member, such as the name of the invalid parameter.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// Sets `error.type` of the SERVER span. Use it if the status code does not distinguish between several failures.
    #[must_use]
    pub fn error_type(mut self, error_type: &'static str) -> Self {
        self.error_type = Some(ErrorType(error_type));
        self
    }

    /// The status code of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Value::Object(self.members).to_string();
        let mut response = (self.status, body).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        if let Some(error_type) = self.error_type {
            response.extensions_mut().insert(error_type);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_problem_is_rendered_with_its_extension_members() {
        let problem = Problem::new(StatusCode::BAD_REQUEST).detail("count is 0").with("parameter", "count");
        let response = problem.error_type("bad_count").into_response();
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.extensions().get::<ErrorType>(), Some(&ErrorType("bad_count")));
        let body = axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
        assert_eq!(
            std::str::from_utf8(&body).unwrap(),
            r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"count is 0","parameter":"count"}"#
        );
    }
}
