//! Compares one line with one span.

use super::{Difference, events::events};
use crate::{
    Labels, Pattern, Span, SpanRef, Status, Value,
    expect::{Clause, Condition, StatusWord, Test},
    model::{Attributes, bare_or_quoted, quoted},
};

/// Resolves a label: the outer `None` means that the link is not checked, the inner `None` that the label is not
/// bound.
pub(crate) type Resolve<'a> = &'a dyn Fn(&str) -> Option<Option<SpanRef>>;

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
        let differences = self.differences(span, &|label| Some(labels.get(label)));
        if differences.is_empty() { Ok(()) } else { Err(differences) }
    }

    /// Returns every difference between the line and a span. A link is not checked if `resolve` returns `None` for
    /// its label.
    pub(crate) fn differences(&self, span: &Span, resolve: Resolve<'_>) -> Vec<Difference> {
        self.compare(span, resolve).into_iter().map(|(_, difference)| difference).collect()
    }

    /// Like [`differences`](Self::differences), with the position of each clause that is not met; `None` for service,
    /// kind, name and status.
    pub(crate) fn compare(&self, span: &Span, resolve: Resolve<'_>) -> Vec<(Option<usize>, Difference)> {
        let mut found: Vec<_> = self.identity(span).into_iter().map(|difference| (None, difference)).collect();
        found.extend(status(self.status, &span.status).map(|difference| (None, difference)));
        for (position, clause) in self.clauses.iter().enumerate() {
            found.extend(one(clause, span, resolve).map(|difference| (Some(position), difference)));
        }
        found.extend(events(&self.clauses, &span.events));
        found
    }

    /// Returns whether the line matches a span; this is faster than computing the differences.
    pub(crate) fn fits(&self, span: &Span, resolve: Resolve<'_>) -> bool {
        let stated = |clause: &Clause| match clause {
            Clause::Attribute(Condition { key, test: Test::Equals(value) }) => span.attributes.get(key) == Some(value),
            _ => true,
        };
        self.name == span.name
            && self.kind == span.kind
            && self.service == span.service()
            && self.clauses.iter().all(stated)
            && self.differences(span, resolve).is_empty()
    }

    fn identity(&self, span: &Span) -> Vec<Difference> {
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
}

/// Returns the difference between a span and one clause, except for events: [`events`] compares those together.
fn one(clause: &Clause, span: &Span, resolve: Resolve<'_>) -> Option<Difference> {
    match clause {
        Clause::Attribute(condition) => attribute("", condition, &span.attributes),
        Clause::Resource(condition) => attribute("resource.", condition, &span.resource.attributes),
        Clause::ScopeAttribute(condition) => attribute("scope.", condition, &span.scope.attributes),
        Clause::Scope(name) if !span.scope.is(name) => {
            Some(Difference::new("scope", quoted(name), quoted(&span.scope.like(name))))
        }
        Clause::Link(label) => resolve(label).and_then(|target| link(label, target, span)),
        Clause::Scope(_) | Clause::Event { .. } => None,
    }
}

fn status(expected: Option<StatusWord>, got: &Status) -> Option<Difference> {
    let word = match (expected, got) {
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
    Some(Difference::new("status", word, got))
}

pub(super) fn attribute(prefix: &str, condition: &Condition, attributes: &Attributes) -> Option<Difference> {
    let got = attributes.get(&condition.key);
    let (expected, got) = match (&condition.test, got) {
        (Test::Equals(expected), Some(got)) if expected == got => return None,
        (Test::Equals(expected), Some(got)) if expected.same_type(got) => (expected.to_string(), got.to_string()),
        (Test::Equals(expected), got) => (expected.to_string(), typed(got)),
        (Test::Matches(regex), Some(Value::String(text))) if regex.is_match(text) => return None,
        (Test::Matches(regex), Some(Value::String(text))) => {
            (format!("a match of {}", quoted(regex.source())), quoted(text))
        }
        (Test::Matches(regex), got) => (format!("a match of {}", quoted(regex.source())), typed(got)),
        (Test::Present, Some(_)) | (Test::Absent, None) => return None,
        (Test::Present, None) => ("any value".to_owned(), "nothing".to_owned()),
        (Test::Absent, Some(got)) => ("nothing".to_owned(), got.to_string()),
    };
    Some(Difference::new(format!("{prefix}{}", bare_or_quoted(&condition.key)), expected, got))
}

/// Returns the value with its type, for the case that the type is wrong.
fn typed(got: Option<&Value>) -> String {
    got.map_or_else(|| "nothing".to_owned(), |value| format!("{value} ({})", value.type_name()))
}

fn link(label: &str, target: Option<SpanRef>, span: &Span) -> Option<Difference> {
    let subject = format!("link:{label}");
    let Some(target) = target else {
        return Some(Difference::new(subject, "", "a label that no span is bound to"));
    };
    let leads = |link: &crate::Link| link.trace_id == target.trace_id && link.span_id == target.span_id;
    if span.links.iter().any(leads) {
        return None;
    }
    let got = match &span.links[..] {
        [] => "no link".to_owned(),
        [link] => format!("a link to span {} of trace {}", link.span_id, link.trace_id),
        links => format!("{} links to other spans", links.len()),
    };
    Some(Difference::new(subject, "", got))
}
