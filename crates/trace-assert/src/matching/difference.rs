//! The differences between one line and one span.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::assignment::assign;
use crate::{
    expect::{Clause, Condition, LabelBindings, Labels, LinkTarget, Pattern, StatusWord, Test},
    model::{Attributes, Event, Link, Span, Status, Value, bare_or_quoted, quoted},
};

/// A single difference between a span and a line of an expectation.
///
/// Displayed as `db.system.name expected "redis", got "memcached"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What differs: the key of an attribute, `name`, `status`, an event, a link, and so on.
    pub subject: String,
    /// The expected value; empty if only presence is expected.
    pub expected: String,
    /// The observed value, or a description of what was found instead.
    pub got: String,
}

impl Difference {
    fn new(subject: impl Into<String>, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { subject: subject.into(), expected: expected.into(), got: got.into() }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, expected, got } = self;
        let space = if expected.is_empty() { "" } else { " " };
        write!(f, "{subject} expected{space}{expected}, got {got}")
    }
}

impl Pattern {
    /// Compares the line with a span. No label is bound, so every `link:` clause fails.
    ///
    /// # Errors
    ///
    /// Returns every difference between the line and the span.
    pub fn matches(&self, span: &Span) -> Result<(), Vec<Difference>> {
        self.matches_with(span, &Labels::default())
    }

    /// Compares the line with a span; links must point to the spans that `labels` contains.
    ///
    /// # Errors
    ///
    /// Returns every difference between the line and the span.
    pub fn matches_with(&self, span: &Span, labels: &Labels) -> Result<(), Vec<Difference>> {
        let differences = self.differences(span, &LabelBindings::new(labels, []));
        if differences.is_empty() { Ok(()) } else { Err(differences) }
    }

    /// Returns every difference between the line and a span.
    pub(crate) fn differences(&self, span: &Span, bindings: &LabelBindings<'_>) -> Vec<Difference> {
        let mut found = self.title_differences(span);
        found.extend(self.status_difference(&span.status));
        found.extend(self.clause_differences(span, bindings).into_iter().map(|(_, difference)| difference));
        found
    }

    /// Returns the differences in service, kind and name.
    fn title_differences(&self, span: &Span) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.service != span.service() {
            found.push(Difference::new("service", bare_or_quoted(&self.service), bare_or_quoted(span.service())));
        }
        if self.kind != span.kind {
            found.push(Difference::new("kind", self.kind.word(), span.kind.word()));
        }
        if self.name != span.name {
            found.push(Difference::new("name", quoted(&self.name), quoted(&span.name)));
        }
        found
    }

    /// Returns the difference in the status.
    pub(crate) fn status_difference(&self, got: &Status) -> Option<Difference> {
        let expected = match (self.status, got) {
            (None, Status::Unset | Status::Ok)
            | (Some(StatusWord::Ok), Status::Ok)
            | (Some(StatusWord::Error), Status::Error(_)) => return None,
            (None, _) => "not ERROR",
            (Some(StatusWord::Ok), _) => "OK",
            (Some(StatusWord::Error), _) => "ERROR",
        };
        let got = match got {
            Status::Unset => "unset".to_owned(),
            Status::Ok => "OK".to_owned(),
            Status::Error(message) if message.is_empty() => "ERROR".to_owned(),
            Status::Error(message) => format!("ERROR {}", quoted(message)),
        };
        Some(Difference::new("status", expected, got))
    }

    /// Returns the difference of each clause that the span does not meet, with the position of the clause; those of
    /// events come last.
    pub(crate) fn clause_differences(&self, span: &Span, bindings: &LabelBindings<'_>) -> Vec<(usize, Difference)> {
        let clauses = self.clauses.iter().enumerate();
        let found =
            clauses.filter_map(|(position, clause)| Some((position, clause_difference(clause, span, bindings)?)));
        found.chain(event_differences(&self.clauses, &span.events)).collect()
    }

    /// Returns whether the line matches a span; this is faster than computing the differences.
    pub(crate) fn fits(&self, span: &Span, bindings: &LabelBindings<'_>) -> bool {
        let is_equal = |clause: &Clause| match clause {
            Clause::Attribute(Condition { key, test: Test::Equals(value) }) => span.attributes.get(key) == Some(value),
            _ => true,
        };
        self.name == span.name
            && self.kind == span.kind
            && self.service == span.service()
            && self.clauses.iter().all(is_equal)
            && self.differences(span, bindings).is_empty()
    }
}

/// Returns the difference between a span and a single clause, except for events: [`event_differences`] compares those
/// together.
fn clause_difference(clause: &Clause, span: &Span, bindings: &LabelBindings<'_>) -> Option<Difference> {
    match clause {
        Clause::Attribute(condition) => attribute_difference("", condition, &span.attributes),
        Clause::Resource(condition) => attribute_difference("resource.", condition, &span.resource.attributes),
        Clause::ScopeAttribute(condition) => attribute_difference("scope.", condition, &span.scope.attributes),
        Clause::Scope(name) if !span.scope.is(name) => {
            Some(Difference::new("scope", quoted(name), quoted(&span.scope.like(name))))
        }
        Clause::Link(label) => link_difference(label, bindings.target(label), span),
        Clause::Scope(_) | Clause::Event { .. } => None,
    }
}

fn attribute_difference(prefix: &str, condition: &Condition, attributes: &Attributes) -> Option<Difference> {
    let got = attributes.get(&condition.key);
    let (expected, got) = match (&condition.test, got) {
        (Test::Equals(expected), Some(got)) if expected == got => return None,
        (Test::Equals(expected), Some(got)) if expected.same_type(got) => (expected.to_string(), got.to_string()),
        (Test::Equals(expected), got) => (expected.to_string(), with_type(got)),
        (Test::Matches(regex), Some(Value::String(text))) if regex.is_match(text) => return None,
        (Test::Matches(regex), Some(Value::String(text))) => {
            (format!("a match of {}", quoted(regex.source())), quoted(text))
        }
        (Test::Matches(regex), got) => (format!("a match of {}", quoted(regex.source())), with_type(got)),
        (Test::Present, Some(_)) | (Test::Absent, None) => return None,
        (Test::Present, None) => ("any value".to_owned(), "nothing".to_owned()),
        (Test::Absent, Some(got)) => ("nothing".to_owned(), got.to_string()),
    };
    Some(Difference::new(format!("{prefix}{}", bare_or_quoted(&condition.key)), expected, got))
}

/// Returns the text of a value with its type, for the case that the type is wrong.
fn with_type(got: Option<&Value>) -> String {
    got.map_or_else(|| "nothing".to_owned(), |value| format!("{value} ({})", value.type_name()))
}

fn link_difference(label: &str, target: LinkTarget, span: &Span) -> Option<Difference> {
    let subject = format!("link:{label}");
    let target = match target {
        LinkTarget::Span(target) => target,
        LinkTarget::Unbound => return Some(Difference::new(subject, "", "a label that is not bound to a span")),
        LinkTarget::Unchecked => return None,
    };
    let leads_to_target = |link: &Link| link.trace_id == target.trace_id && link.span_id == target.span_id;
    if span.links.iter().any(leads_to_target) {
        return None;
    }
    let got = match &span.links[..] {
        [] => "no link".to_owned(),
        [link] => format!("a link to span {} of trace {}", link.span_id, link.trace_id),
        links => format!("{} links to other spans", links.len()),
    };
    Some(Difference::new(subject, "", got))
}

/// An event clause and its position among the clauses of the line.
#[derive(Debug, Clone, Copy)]
struct EventClause<'a> {
    position: usize,
    name: &'a str,
    conditions: &'a [Condition],
}

impl<'a> EventClause<'a> {
    fn new((position, clause): (usize, &'a Clause)) -> Option<Self> {
        match clause {
            Clause::Event { name, conditions } => Some(Self { position, name, conditions }),
            _ => None,
        }
    }

    /// Returns whether the event meets the clause.
    fn is_met(&self, event: &Event) -> bool {
        event.name == self.name && self.differences(event).next().is_none()
    }

    fn differences(&self, event: &Event) -> impl Iterator<Item = Difference> {
        self.conditions.iter().filter_map(|condition| attribute_difference("", condition, &event.attributes))
    }

    /// Describes why the clause has no event: the most similar event differs, all matching events are assigned to
    /// other clauses, or no event has the name.
    fn difference(&self, events: &[Event], unassigned: &[&Event]) -> Difference {
        let subject = format!("event:{}", quoted(self.name));
        let of_same_name = unassigned.iter().filter(|event| event.name == self.name);
        let nearest = of_same_name.min_by_key(|event| self.differences(event).count());
        if let Some(first) = nearest.and_then(|event| self.differences(event).next()) {
            return Difference { subject: format!("{subject} {}", first.subject), ..first };
        }
        let names: Vec<String> = events.iter().map(|event| quoted(&event.name)).collect();
        let same = events.iter().filter(|event| event.name == self.name).count();
        let got = match names.len() {
            0 => "no event".to_owned(),
            _ if same > 0 => format!("only {same} of these events"),
            _ => format!("only {}", names.join(", ")),
        };
        Difference::new(subject, "", got)
    }
}

/// Returns the event clauses that are not met, each by its position. Each clause needs a different event.
fn event_differences(clauses: &[Clause], events: &[Event]) -> Vec<(usize, Difference)> {
    let clauses: Vec<EventClause<'_>> = clauses.iter().enumerate().filter_map(EventClause::new).collect();
    if clauses.is_empty() {
        return Vec::new();
    }
    let met_by = |clause: &EventClause<'_>| (0..events.len()).filter(|event| clause.is_met(&events[*event])).collect();
    let choices: Vec<Vec<usize>> = clauses.iter().map(met_by).collect();
    let clause_of = assign(&choices, &vec![1; clauses.len()], events.len());
    let unassigned = events.iter().zip(&clause_of).filter(|(_, clause)| clause.is_none());
    let unassigned: Vec<&Event> = unassigned.map(|(event, _)| event).collect();
    let unmet = clauses.iter().enumerate().filter(|(index, _)| !clause_of.contains(&Some(*index)));
    unmet.map(|(_, clause)| (clause.position, clause.difference(events, &unassigned))).collect()
}
