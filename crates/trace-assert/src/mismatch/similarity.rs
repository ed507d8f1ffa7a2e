//! Measures how similar a span is to a line that it does not match.

use std::collections::HashSet;

use crate::{Pattern, Span, matching::Matcher};

/// Names that are less similar than this are different names; more similar ones may be a misspelling.
const NAME: f64 = 0.5;

/// A similarity; larger means more similar.
pub(super) type Score = f64;

/// Returns whether service, kind and name of the span are those of the line.
pub(super) fn same_title(pattern: &Pattern, span: &Span) -> bool {
    pattern.name() == span.name && pattern.kind() == span.kind && pattern.service() == span.service()
}

/// Returns the similarity of a line and a span with the same title.
pub(super) fn namesake(matcher: &Matcher<'_>, node: usize, span: usize) -> Score {
    let pattern = &matcher.input.tree.nodes[node].pattern;
    let differences = matcher.differences(pattern, span).len();
    below(matcher, node, span) - f64::from(u32::try_from(differences).unwrap_or(u32::MAX))
}

/// Returns the similarity of a line and a span with different titles, or `None` if they are unrelated.
pub(super) fn renamed(matcher: &Matcher<'_>, node: usize, span: usize) -> Option<Score> {
    let pattern = &matcher.input.tree.nodes[node].pattern;
    let observed = matcher.span(span);
    let service = pattern.service() == observed.service();
    let kind = pattern.kind() == observed.kind;
    let name = strsim::normalized_levenshtein(pattern.name(), &observed.name);
    let below = below(matcher, node, span);
    let alike = match (service, kind, pattern.name() == observed.name) {
        (true, true, _) => name >= NAME || below > 0.0,
        (true, false, true) | (false, true, true) => true,
        _ => false,
    };
    let score = f64::from(u8::from(service)) + f64::from(u8::from(kind)) + name + below;
    alike.then_some(score)
}

/// Returns the fraction of the child lines that have a child span of the same title, from 0 to 1.
fn below(matcher: &Matcher<'_>, node: usize, span: usize) -> f64 {
    let lines = &matcher.input.tree.nodes[node].children;
    if lines.is_empty() {
        return 0.0;
    }
    let children = matcher.input.forest.children(span).iter().map(|child| matcher.span(*child));
    let titles: HashSet<_> = children.map(|child| (child.service(), child.kind, child.name.as_str())).collect();
    let found = lines.iter().filter(|line| {
        let pattern = &matcher.input.tree.nodes[**line].pattern;
        titles.contains(&(pattern.service(), pattern.kind(), pattern.name()))
    });
    let ratio = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    ratio(found.count()) / ratio(lines.len())
}
