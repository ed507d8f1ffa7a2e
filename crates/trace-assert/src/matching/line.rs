//! One line against one span.

use super::Difference;
use crate::{
    Labels, Pattern, Span, SpanRef, Status, Value,
    expect::{Clause, Condition, StatusWord, Test, bare_or_quoted},
    model::{Attributes, Event, quoted},
};

impl Pattern {
    /// Whether a span is as the line says; links are taken to lead to labels that are not bound.
    ///
    /// # Errors
    ///
    /// Everything in which the span differs.
    pub fn matches(&self, span: &Span) -> Result<(), Vec<Difference>> {
        self.matches_with(span, &Labels::default())
    }

    /// Whether a span is as the line says; links must lead to the spans that `labels` says.
    ///
    /// # Errors
    ///
    /// Everything in which the span differs.
    pub fn matches_with(&self, span: &Span, labels: &Labels) -> Result<(), Vec<Difference>> {
        let differences = self.differences(span, &|label| Some(labels.get(label)));
        if differences.is_empty() {
            Ok(())
        } else {
            Err(differences)
        }
    }

    /// Everything in which a span differs.  `resolve` says where a label points to; if it answers none, the link
    /// does not matter yet.
    pub(crate) fn differences(
        &self,
        span: &Span,
        resolve: &dyn Fn(&str) -> Option<Option<SpanRef>>,
    ) -> Vec<Difference> {
        let mut found = self.identity(span);
        found.extend(status(self.status, &span.status));
        for clause in &self.clauses {
            match clause {
                Clause::Attribute(condition) => found.extend(attribute("", condition, &span.attributes)),
                Clause::Resource(condition) => {
                    found.extend(attribute("resource.", condition, &span.resource.attributes));
                }
                Clause::Scope(name) if *name != span.scope.name => {
                    found.push(Difference::new("scope", quoted(name), quoted(&span.scope.name)));
                }
                Clause::Link(label) => {
                    found.extend(resolve(label).and_then(|target| link(label, target, span)));
                }
                Clause::Scope(_) | Clause::Event { .. } => {}
            }
        }
        found.extend(events(&self.clauses, &span.events));
        found
    }

    fn identity(&self, span: &Span) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.service != span.service() {
            found.push(Difference::new(
                "service",
                bare_or_quoted(&self.service),
                bare_or_quoted(span.service()),
            ));
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

fn attribute(prefix: &str, condition: &Condition, attributes: &Attributes) -> Option<Difference> {
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
    Some(Difference::new(
        format!("{prefix}{}", bare_or_quoted(&condition.key)),
        expected,
        got,
    ))
}

/// A value with its type, where it is the type that is wrong.
fn typed(got: Option<&Value>) -> String {
    got.map_or_else(
        || "nothing".to_owned(),
        |value| format!("{value} ({})", value.type_name()),
    )
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

/// The events that no clause of their name finds: each clause needs an event of its own.
fn events(clauses: &[Clause], events: &[Event]) -> Vec<Difference> {
    let wanted: Vec<(&str, &[Condition])> = clauses
        .iter()
        .filter_map(|clause| match clause {
            Clause::Event { name, conditions } => Some((name.as_str(), conditions.as_slice())),
            _ => None,
        })
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let fits = |(name, conditions): &(&str, &[Condition]), event: &Event| {
        event.name == *name
            && conditions
                .iter()
                .all(|one| attribute("", one, &event.attributes).is_none())
    };
    let choices: Vec<Vec<usize>> = wanted
        .iter()
        .map(|clause| {
            (0..events.len())
                .filter(|event| fits(clause, &events[*event]))
                .collect()
        })
        .collect();
    let counts = vec![1; wanted.len()];
    let taken = super::assign::assign(&choices, &counts, events.len());
    let unused: Vec<&Event> = (0..events.len())
        .filter(|event| taken[*event].is_none())
        .map(|event| &events[event])
        .collect();
    let missing = (0..wanted.len()).filter(|clause| !taken.contains(&Some(*clause)));
    missing
        .map(|clause| missing_event(wanted[clause], events, &unused))
        .collect()
}

/// Why there is no such event: the nearest one differs, all like it are taken, or there is none of that name.
fn missing_event((name, conditions): (&str, &[Condition]), events: &[Event], unused: &[&Event]) -> Difference {
    let subject = format!("event:{}", quoted(name));
    let differences = |event: &&Event| {
        conditions
            .iter()
            .filter_map(|one| attribute("", one, &event.attributes))
            .collect::<Vec<_>>()
    };
    let namesakes = unused.iter().filter(|event| event.name == name);
    let nearest = namesakes.map(differences).min_by_key(Vec::len);
    if let Some(first) = nearest.and_then(|differences| differences.into_iter().next()) {
        return Difference {
            subject: format!("{subject} {}", first.subject),
            ..first
        };
    }
    let names: Vec<String> = events.iter().map(|event| quoted(&event.name)).collect();
    let same = events.iter().filter(|event| event.name == name).count();
    let got = match names.len() {
        0 => "no event".to_owned(),
        _ if same > 0 => format!("only {same} of them"),
        _ => format!("only {}", names.join(", ")),
    };
    Difference::new(subject, "", got)
}
