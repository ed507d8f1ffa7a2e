//! The text of a row, in the form of a line of an expectation.

use std::collections::{BTreeSet, HashMap};

use super::{
    align::Alignment,
    rows::{Content, Row},
};
use crate::{
    Kind, Pattern, Span,
    expect::{Clause, Condition, StatusWord, Test},
    matching::Matcher,
};

/// Converts rows to text.
pub(super) struct Writer<'a> {
    matcher: &'a Matcher<'a>,
    alignment: &'a Alignment,
    /// For each title, the attributes that lines mention: an unexpected span is shown with these.
    mentioned: HashMap<(&'a str, Kind, &'a str), BTreeSet<&'a str>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(matcher: &'a Matcher<'a>, alignment: &'a Alignment) -> Self {
        let mut mentioned: HashMap<_, BTreeSet<&str>> = HashMap::new();
        for pattern in matcher.input.tree.patterns() {
            let keys = mentioned.entry((pattern.service(), pattern.kind(), pattern.name())).or_default();
            keys.extend(pattern.clauses.iter().filter_map(|clause| match clause {
                Clause::Attribute(condition) => Some(condition.key.as_str()),
                _ => None,
            }));
        }
        Self { matcher, alignment, mentioned }
    }

    /// Returns the indented text of a row.
    pub(super) fn line(&self, row: &Row) -> String {
        format!("{:1$}{2}", "", row.depth * 2, self.text(row))
    }

    fn text(&self, row: &Row) -> String {
        match row.content {
            Content::Pair { pair, differs } => self.pair(pair, differs),
            Content::Missing { line, times, .. } => {
                times_of(times, &self.matcher.input.tree.nodes[line].to_string(), line, self.matcher)
            }
            Content::Unexpected { span, .. } | Content::Root { span } => self.unexpected(self.matcher.span(span)),
            Content::Rest => "...".to_owned(),
        }
    }

    /// Returns the line if it agrees with its span. Otherwise it returns the line that the span would match, with the
    /// differences as a comment.
    fn pair(&self, number: usize, differs: bool) -> String {
        let pair = &self.alignment.pairs[number];
        let node = &self.matcher.input.tree.nodes[pair.node];
        if !differs {
            return times_of(pair.times, &node.to_string(), pair.node, self.matcher);
        }
        let mut why: Vec<String> = pair.differences.iter().map(ToString::to_string).collect();
        why.extend(pair.late.map(|line| {
            let earlier = self.matcher.input.tree.nodes[line].pattern.title();
            format!("started before {earlier}, expected after it")
        }));
        let observed = observed(&node.pattern, self.matcher.span(pair.span), self.matcher);
        format!("{observed}  # {}", why.join("; "))
    }

    /// Returns the line that describes a span without a line.
    fn unexpected(&self, span: &Span) -> String {
        let mentioned = self.mentioned.get(&(span.service(), span.kind, span.name.as_str()));
        let keys = mentioned.into_iter().flatten().copied();
        let clauses = keys.filter(|key| span.attributes.contains_key(*key));
        let clauses = clauses.map(|key| {
            Clause::Attribute(Condition { key: key.to_owned(), test: Test::from_observed(span.attributes.get(key)) })
        });
        let pattern = Pattern {
            service: span.service().to_owned(),
            kind: span.kind,
            name: span.name.clone(),
            status: StatusWord::from_observed(&span.status),
            clauses: clauses.collect(),
            label: None,
        };
        pattern.to_string()
    }
}

/// Returns the text of a line with another count.
fn times_of(times: usize, text: &str, line: usize, matcher: &Matcher<'_>) -> String {
    let count = matcher.input.tree.nodes[line].count;
    let prefix = format!("{count} x ");
    let bare = if count == 1 { text } else { text.strip_prefix(&prefix).unwrap_or(text) };
    if times == 1 { bare.to_owned() } else { format!("{times} x {bare}") }
}

/// Returns the line with the changes that make it match the span.
fn observed(pattern: &Pattern, span: &Span, matcher: &Matcher<'_>) -> Pattern {
    let mut changed = pattern.clone();
    changed.service = span.service().to_owned();
    changed.kind = span.kind;
    changed.name.clone_from(&span.name);
    let differences = pattern.compare(span, &|label| matcher.resolver.resolve(label));
    if differences.iter().any(|(_, difference)| difference.subject == "status") {
        changed.status = StatusWord::from_observed(&span.status);
    }
    let unmet: BTreeSet<usize> = differences.into_iter().filter_map(|(position, _)| position).collect();
    for position in unmet.into_iter().rev() {
        match &mut changed.clauses[position] {
            Clause::Attribute(Condition { key, test }) => *test = Test::from_observed(span.attributes.get(key)),
            Clause::Resource(Condition { key, test }) => *test = Test::from_observed(span.resource.attributes.get(key)),
            Clause::ScopeAttribute(Condition { key, test }) => {
                *test = Test::from_observed(span.scope.attributes.get(key))
            }
            Clause::Scope(name) => *name = span.scope.like(name),
            Clause::Event { .. } | Clause::Link(_) => {
                changed.clauses.remove(position);
            }
        }
    }
    changed
}
