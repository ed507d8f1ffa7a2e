//! The title of a span: service, kind and name, which is how every message refers to a span.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Span};

/// Service, kind and name of a span. Shown as an expectation writes them: `users SERVER "GET /user"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Title {
    /// The service that emitted the span.
    pub service: String,
    /// The kind of the span.
    pub span_kind: Kind,
    /// The name of the span.
    pub name: String,
}

impl From<&Span> for Title {
    fn from(span: &Span) -> Self {
        Self { service: span.service().to_owned(), span_kind: span.kind, name: span.name.clone() }
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::expect::title(&self.service, self.span_kind, &self.name))
    }
}
