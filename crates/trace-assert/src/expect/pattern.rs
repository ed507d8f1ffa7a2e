//! What one line of an expectation says about one span.

use std::hash::{Hash, Hasher};

use crate::model::{Kind, Value};

/// One line of an expectation, without count and without children.
///
/// It is read from text, `users CLIENT "GET" db.system.name="redis"`, and printed as that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub(crate) service: String,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) status: Option<StatusWord>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) label: Option<String>,
}

/// The status that a line asks for; without one, anything but an error will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum StatusWord {
    Ok,
    Error,
}

/// One demand on a span.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Clause {
    Attribute(Condition),
    Resource(Condition),
    Scope(String),
    ScopeAttribute(Condition),
    Event { name: String, conditions: Vec<Condition> },
    Link(String),
}

/// One demand on one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Condition {
    pub(crate) key: String,
    pub(crate) test: Test,
}

/// What is demanded of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    Equals(Value),
    Matches(Regex),
    Present,
    Absent,
}

/// A regular expression that is compared by its source.
#[derive(Debug, Clone)]
pub(crate) struct Regex(regex::Regex);

impl Regex {
    pub(crate) fn new(source: &str) -> Result<Self, regex::Error> {
        regex::Regex::new(source).map(Self)
    }

    pub(crate) fn source(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

impl Eq for Regex {}

impl Hash for Regex {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.source().hash(state);
    }
}

impl Pattern {
    /// The service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The label that the line binds.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The labels that the line's links must point to.
    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().filter_map(|clause| match clause {
            Clause::Link(label) => Some(label.as_str()),
            _ => None,
        })
    }

    /// Service, kind and name: `users SERVER "GET /user"`.
    pub fn title(&self) -> String {
        super::title(&self.service, self.kind, &self.name)
    }
}
