//! Builds the sentence of a mismatch: the first difference in the order of the rows.

use super::{
    align::Alignment,
    rows::{Content, Row},
};
use crate::{
    Span,
    expect::{Node, print_clause},
    matching::Matcher,
};

/// Returns the sentence.
pub(super) fn sentence(matcher: &Matcher<'_>, alignment: &Alignment, rows: &[Row]) -> String {
    let speaker = Speaker { matcher, alignment };
    let said = rows.iter().find_map(|row| speaker.row(row));
    // All lines have a matching span, but no assignment satisfies all of them, for example because two links need the
    // same span.
    said.unwrap_or_else(|| "every line finds a span, but not all at once: two of them need the same".to_owned())
}

/// Describes single rows.
struct Speaker<'a> {
    matcher: &'a Matcher<'a>,
    alignment: &'a Alignment,
}

impl Speaker<'_> {
    /// Describes a row. Returns `None` if it shows no difference, or one that another row describes.
    fn row(&self, row: &Row) -> Option<String> {
        match row.content {
            Content::Pair { pair, differs: true } => Some(self.differs(pair)),
            Content::Missing { line, times, top } => Some(self.missing(line, times, top)),
            Content::Unexpected { span, top } if !self.alignment.moved.targets.contains(&span) => {
                Some(self.unexpected(span, top))
            }
            Content::Root { span } if !self.alignment.moved.targets.contains(&span) => Some(self.second_root(span)),
            _ => None,
        }
    }

    fn node(&self, line: usize) -> &Node {
        &self.matcher.input.tree.nodes[line]
    }

    fn differs(&self, number: usize) -> String {
        let pair = &self.alignment.pairs[number];
        let node = self.node(pair.node);
        let title = node.pattern.title();
        if pair.differences.is_empty() {
            let earlier = pair.late.map(|line| self.node(line).pattern.title()).unwrap_or_default();
            let below = self.below(node);
            return format!("wrong order: {earlier} expected before {title}{below}, started after it");
        }
        let differences: Vec<_> = pair.differences.iter().map(ToString::to_string).collect();
        format!("{title}: {}", differences.join("; "))
    }

    fn missing(&self, line: usize, times: usize, top: Option<usize>) -> String {
        let node = self.node(line);
        let title = self.described(line);
        if let Some(span) = self.alignment.moved.target_of.get(&line) {
            return format!("wrong parent: {title} expected{}, found {}", self.below(node), self.found(node, *span));
        }
        if let Some((expected, got)) = top.and_then(|pair| self.count(pair, line, times)) {
            return format!("wrong count: {title}{} expected {expected}, got {got}", self.below(node));
        }
        let nothing = if self.matcher.input.trace.spans.is_empty() { ": the trace has no spans" } else { "" };
        format!("missing: {title}{}{nothing}", self.below(node))
    }

    /// Returns how many spans were expected and found for a line with missing spans, if more than one was expected.
    fn count(&self, pair: usize, line: usize, times: usize) -> Option<(usize, usize)> {
        let class = |line: usize| self.matcher.input.classes.of_node[line];
        let pair = &self.alignment.pairs[pair];
        let alike = |other: &&usize| class(**other) == class(line);
        let lines = self.node(pair.node).children.iter().filter(alike);
        let expected = lines.fold(0, |sum: usize, line| sum.saturating_add(self.node(*line).count));
        let missing = pair.missing.iter().filter(|wanted| class(wanted.line) == class(line));
        let missing = missing.fold(0, |sum: usize, wanted| sum.saturating_add(wanted.missing));
        (expected > 1).then(|| (expected, expected - missing.max(times)))
    }

    fn unexpected(&self, span: usize, top: Option<usize>) -> String {
        let observed = self.matcher.span(span);
        let parent = self.matcher.input.forest.parent(span).map(|parent| self.matcher.span(parent));
        let below = parent.map_or_else(|| " as the root".to_owned(), |parent| format!(" below {}", parent.title()));
        if let Some((line, expected, got)) = top.and_then(|pair| self.surplus(pair, observed)) {
            return format!("wrong count: {}{below} expected {expected}, got {got}", self.described(line));
        }
        format!("unexpected: {}{below}", observed.title())
    }

    /// Returns the line that an unexpected span would match, how many spans it expects, and how many there are.
    fn surplus(&self, pair: usize, span: &Span) -> Option<(usize, usize, usize)> {
        let pair = &self.alignment.pairs[pair];
        let resolve = |label: &str| self.matcher.resolver.resolve(label);
        let fits = |line: usize, span: &Span| self.node(line).pattern.fits(span, &resolve);
        let line = *self.node(pair.node).children.iter().find(|line| fits(**line, span))?;
        let lines = self.node(pair.node).children.iter();
        let same = lines.filter(|other| self.node(**other).pattern == self.node(line).pattern);
        let expected: usize = same.map(|line| self.node(*line).count).sum();
        let more = pair.free.iter().filter(|free| fits(line, self.matcher.span(**free))).count();
        Some((line, expected, expected + more))
    }

    fn second_root(&self, span: usize) -> String {
        let observed = self.matcher.span(span);
        let Some(root) = self.matcher.input.tree.root() else {
            return format!("unexpected: {} as the root: the trace was expected to be empty", observed.title());
        };
        format!("several roots: expected only {}, got also {}{}", root.title(), observed.title(), self.orphaned(span))
    }

    /// Returns why a span that has a parent is a root.
    fn orphaned(&self, span: usize) -> String {
        let roots = self.matcher.input.forest.roots().iter();
        let root = roots.filter(|root| root.span == span).find_map(|root| Some((root.parent?, root.cycle)));
        match root {
            Some((parent, true)) => format!(" (its parent {parent} is below itself)"),
            Some((parent, false)) => format!(" (its parent {parent} is not in the trace)"),
            None => String::new(),
        }
    }

    fn below(&self, node: &Node) -> String {
        match node.parent {
            Some(parent) => format!(" below {}", self.node(parent).pattern.title()),
            None => " as the root".to_owned(),
        }
    }

    fn found(&self, node: &Node, span: usize) -> String {
        let Some(parent) = self.matcher.input.forest.parent(span) else {
            return format!("as a root{}", self.orphaned(span));
        };
        let title = self.matcher.span(parent).title();
        let same = node.parent.is_some_and(|line| self.node(line).pattern.title() == title);
        format!("below {}{title}", if same { "another " } else { "" })
    }

    /// Returns the title of a line, with a clause that distinguishes it from siblings of the same title.
    fn described(&self, line: usize) -> String {
        let pattern = &self.node(line).pattern;
        let title = pattern.title();
        let siblings = self.node(line).parent.map_or(&[][..], |parent| &self.node(parent).children);
        let others = siblings.iter().map(|sibling| &self.node(*sibling).pattern).filter(|other| *other != pattern);
        let mut namesakes = others.filter(|other| other.title() == title).peekable();
        if namesakes.peek().is_none() {
            return title;
        }
        let taken: Vec<_> = namesakes.flat_map(|other| &other.clauses).collect();
        let own = pattern.clauses.iter().find(|clause| !taken.contains(clause));
        own.map_or(title.clone(), |clause| format!("{title} {}", print_clause(clause)))
    }
}
