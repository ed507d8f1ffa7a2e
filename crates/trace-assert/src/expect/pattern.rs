//! The conditions that one line of an expectation sets for one span.

use std::hash::{Hash, Hasher};

use crate::model::{Kind, Status, Title, TitleKey, Value};

/// One line of an expectation, without its count and its child lines.
///
/// `FromStr` parses it from text such as `users CLIENT "GET" db.system.name="redis"`, and `Display` prints the same
/// form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub(crate) service: String,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) status: Option<StatusWord>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) label: Option<String>,
}

/// The status that a line requires; without a status word, every status except ERROR matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum StatusWord {
    Ok,
    Error,
}

impl StatusWord {
    /// Returns the word that an observed status matches; `None` if the line needs no word.
    pub(crate) fn from_observed(status: &Status) -> Option<Self> {
        match status {
            Status::Unset => None,
            Status::Ok => Some(Self::Ok),
            Status::Error(_) => Some(Self::Error),
        }
    }
}

/// One condition on a span.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Clause {
    /// A condition on an attribute of the span.
    Attribute(Condition),
    /// A condition on an attribute of the resource.
    Resource(Condition),
    /// The name of the instrumentation scope, as `name` or `name@version`.
    Scope(String),
    /// A condition on an attribute of the instrumentation scope.
    ScopeAttribute(Condition),
    /// An event with this name whose attributes meet the conditions.
    Event { name: String, conditions: Vec<Condition> },
    /// A link to the span that this label is bound to.
    Link(String),
}

/// One condition on one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Condition {
    pub(crate) key: String,
    pub(crate) test: Test,
}

/// The check that a condition applies to an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    /// `key=JSON`: equal in type and value.
    Equals(Value),
    /// `key~"regex"`: a string that the regular expression matches.
    Matches(Regex),
    /// `key?`: any value.
    Present,
    /// `!key`: no such attribute.
    Absent,
}

impl Test {
    /// Returns the strictest test that an observed value meets, or an absent one. A value that JSON cannot represent
    /// is only tested for presence.
    pub(crate) fn from_observed(value: Option<&Value>) -> Self {
        match value {
            Some(value) if value.has_json_form() => Self::Equals(value.clone()),
            Some(_) => Self::Present,
            None => Self::Absent,
        }
    }
}

/// A regular expression; two are equal if their source texts are equal.
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
    /// Returns the service name that the line expects.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Returns the span kind that the line expects.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the span name that the line expects.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the label that the line binds to its span.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// Returns the labels of the `link:` clauses.
    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().filter_map(|clause| match clause {
            Clause::Link(label) => Some(label.as_str()),
            _ => None,
        })
    }

    /// Returns service, kind and name as one text: `users SERVER "GET /user"`.
    pub fn title(&self) -> String {
        Title::from(self).to_string()
    }

    /// Returns service, kind and name without a copy.
    pub(crate) fn title_key(&self) -> TitleKey<'_> {
        (&self.service, self.kind, &self.name)
    }
}

impl From<&Pattern> for Title {
    fn from(pattern: &Pattern) -> Self {
        pattern.title_key().into()
    }
}
