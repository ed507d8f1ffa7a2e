//! The title of a span: service, kind and name, which is how every message refers to a span.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    kind::Kind,
    quote::{bare_or_quoted, quoted},
};

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

/// Service, kind and name without a copy, as a key that groups spans and lines.
pub(crate) type TitleKey<'a> = (&'a str, Kind, &'a str);

impl From<TitleKey<'_>> for Title {
    fn from((service, span_kind, name): TitleKey<'_>) -> Self {
        Self { service: service.to_owned(), span_kind, name: name.to_owned() }
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", bare_or_quoted(&self.service), self.span_kind, quoted(&self.name))
    }
}
