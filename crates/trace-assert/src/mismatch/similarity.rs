//! How much a span looks like a line that it does not match.

use std::collections::HashSet;

use crate::{Pattern, Span, matching::Matcher};

/// Names less alike than this are two names, not one and its misspelling.
const NAME: f64 = 0.5;

/// A larger number is more alike.
pub(super) type Score = f64;

/// Whether service, kind and name are those of the line.
pub(super) fn same_title(pattern: &Pattern, span: &Span) -> bool {
    pattern.name() == span.name && pattern.kind() == span.kind && pattern.service() == span.service()
}

/// How alike a line and a span of its title are.
pub(super) fn namesake(matcher: &Matcher<'_>, node: usize, span: usize) -> Score {
    let pattern = &matcher.input.tree.nodes[node].pattern;
    let differences = matcher.differences(pattern, span).len();
    below(matcher, node, span) - f64::from(u32::try_from(differences).unwrap_or(u32::MAX))
}

/// How alike a line and a span of another title are; none if they have nothing to do with each other.
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

/// Which part of the lines below a line has a namesake below the span, from 0 to 1.
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
