//! Invariant: the attributes that the semantic conventions require are present.
//!
//! The attributes of a span decide which convention applies: any `messaging.*` attribute, any `db.*` attribute, or
//! `http.request.method`. A SERVER or CLIENT span also counts as HTTP if its name starts with an HTTP method and it
//! has an `http.*` or `url.*` attribute.

use opentelemetry_semantic_conventions::attribute::{
    DB_OPERATION_NAME, DB_SYSTEM_NAME, ERROR_TYPE, HTTP_REQUEST_METHOD, MESSAGING_OPERATION_NAME, MESSAGING_SYSTEM,
    SERVER_ADDRESS, SERVER_PORT, SERVICE_NAME, URL_FULL, URL_PATH, URL_SCHEME,
};

use super::{invariant::Invariant, violation::Violation};
use crate::model::{Kind, Span};

const HTTP_METHODS: [&str; 9] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// The conventions that are checked, each with the section of the specification that defines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Convention {
    /// <https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span>
    HttpServer,
    /// <https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span>
    HttpClient,
    /// <https://opentelemetry.io/docs/specs/semconv/db/database-spans/>
    ///
    /// The operation is required if it is readily available. A database client always has it, so it is required here.
    Database,
    /// <https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/>
    Messaging,
}

impl Convention {
    /// Returns the convention that the span has to follow, if there is one.
    fn for_span(span: &Span) -> Option<Self> {
        let has = |prefix: &str| span.attributes.keys().any(|key| key.starts_with(prefix));
        let first = span.name.split(' ').next().unwrap_or_default();
        let named = HTTP_METHODS.contains(&first) && (has("http.") || has("url."));
        let http = span.attributes.contains_key(HTTP_REQUEST_METHOD) || named;
        match span.kind {
            _ if has("messaging.") => Some(Self::Messaging),
            _ if has("db.") => Some(Self::Database),
            Kind::Server if http => Some(Self::HttpServer),
            Kind::Client if http => Some(Self::HttpClient),
            _ => None,
        }
    }

    /// Returns the keys of the required attributes.
    fn required(self) -> &'static [&'static str] {
        match self {
            Self::HttpServer => &[HTTP_REQUEST_METHOD, URL_PATH, URL_SCHEME],
            Self::HttpClient => &[HTTP_REQUEST_METHOD, SERVER_ADDRESS, SERVER_PORT, URL_FULL],
            Self::Database => &[DB_SYSTEM_NAME, DB_OPERATION_NAME],
            Self::Messaging => &[MESSAGING_SYSTEM, MESSAGING_OPERATION_NAME],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::HttpServer => "HTTP servers",
            Self::HttpClient => "HTTP clients",
            Self::Database => "database clients",
            Self::Messaging => "messaging",
        }
    }
}

/// Returns a violation for each missing attribute: `service.name` of the resource, those of the convention, and
/// `error.type` if a span that follows a convention failed.
pub(super) fn required_attributes(span: &Span) -> Vec<Violation> {
    let mut violations = Vec::new();
    if span.service().is_empty() {
        let message = format!("has no attribute {SERVICE_NAME} in its resource");
        violations.push(Violation::new(Invariant::RequiredAttributes, span, message));
    }
    let Some(convention) = Convention::for_span(span) else {
        return violations;
    };
    let error_type = span.status.is_error().then_some(ERROR_TYPE);
    let required = convention.required().iter().copied().chain(error_type);
    for key in required.filter(|key| !span.attributes.contains_key(*key)) {
        let because = if key == ERROR_TYPE { " for failed spans" } else { "" };
        let message =
            format!("has no attribute {key}, which the conventions for {} require{because}", convention.name());
        violations.push(Violation::new(Invariant::RequiredAttributes, span, message));
    }
    violations
}
