//! Finds the reason of a mismatch: the first row that differs.

use super::{
    align::Alignment,
    reason::{Found, Orphan, Reason},
    rows::{Content, Row},
};
use crate::{Span, Title, expect::Node, matching::Matcher};

/// The first thing that is wrong.
pub(super) fn reason(matcher: &Matcher<'_>, alignment: &Alignment, rows: &[Row]) -> Reason {
    let search = Search { matcher, alignment };
    // Without a row that differs, the parts of the trace fit but not together, such as two links to one span.
    rows.iter().find_map(|row| search.row(row)).unwrap_or(Reason::Conflict)
}

struct Search<'a> {
    matcher: &'a Matcher<'a>,
    alignment: &'a Alignment,
}

impl Search<'_> {
    fn row(&self, row: &Row) -> Option<Reason> {
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

    fn title(&self, line: usize) -> Title {
        Title::from(&self.node(line).pattern)
    }

    fn differs(&self, number: usize) -> Reason {
        let pair = &self.alignment.pairs[number];
        let span = self.title(pair.node);
        match pair.late {
            Some(earlier) if pair.differences.is_empty() => {
                Reason::WrongOrder { span, earlier: self.title(earlier), below: self.above(pair.node) }
            }
            _ => Reason::Differs { span, differences: pair.differences.clone() },
        }
    }

    fn missing(&self, line: usize, times: usize, top: Option<usize>) -> Reason {
        let (span, clause, below) = (self.title(line), self.clause(line), self.above(line));
        if let Some(moved) = self.alignment.moved.target_of.get(&line) {
            return Reason::WrongParent { span, clause, expected_below: below, found: self.found(line, *moved) };
        }
        if let Some((expected, got)) = top.and_then(|pair| self.count(pair, line, times)) {
            return Reason::WrongCount { span, clause, below, expected, got };
        }
        Reason::Missing { span, clause, below, empty_trace: self.matcher.input.trace.spans.is_empty() }
    }

    /// How many spans were expected and found of a line that misses some, if it is the number that is wrong.
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

    fn unexpected(&self, span: usize, top: Option<usize>) -> Reason {
        let observed = self.matcher.span(span);
        let below = self.matcher.input.forest.parent(span).map(|parent| Title::from(self.matcher.span(parent)));
        if let Some((line, expected, got)) = top.and_then(|pair| self.surplus(pair, observed)) {
            return Reason::WrongCount { span: self.title(line), clause: self.clause(line), below, expected, got };
        }
        Reason::Unexpected { span: Title::from(observed), below }
    }

    /// The line that a span without a line would match, how many spans are expected of it, and how many are there.
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

    fn second_root(&self, span: usize) -> Reason {
        let observed = Title::from(self.matcher.span(span));
        match self.matcher.input.tree.root() {
            None => Reason::NotEmpty { span: observed },
            Some(root) => Reason::SecondRoot { span: observed, expected: Title::from(root), orphan: self.orphan(span) },
        }
    }

    /// Why a root is one, if it names a parent.
    fn orphan(&self, span: usize) -> Option<Orphan> {
        let roots = self.matcher.input.forest.roots().iter();
        let (parent, cycle) =
            roots.filter(|root| root.span == span).find_map(|root| Some((root.parent?, root.cycle)))?;
        Some(if cycle { Orphan::Cycle(parent) } else { Orphan::ParentAbsent(parent) })
    }

    /// The span above a line; none above the root.
    fn above(&self, line: usize) -> Option<Title> {
        self.node(line).parent.map(|parent| self.title(parent))
    }

    fn found(&self, line: usize, span: usize) -> Found {
        let Some(parent) = self.matcher.input.forest.parent(span) else {
            return Found::Root { orphan: self.orphan(span) };
        };
        let title = Title::from(self.matcher.span(parent));
        if self.above(line).as_ref() == Some(&title) { Found::BelowAnother(title) } else { Found::Below(title) }
    }

    /// A clause that tells a line from siblings of the same title.
    fn clause(&self, line: usize) -> Option<String> {
        let pattern = &self.node(line).pattern;
        let siblings = self.node(line).parent.map_or(&[][..], |parent| &self.node(parent).children);
        let others = siblings.iter().map(|sibling| &self.node(*sibling).pattern).filter(|other| *other != pattern);
        let mut namesakes = others.filter(|other| Title::from(*other) == Title::from(pattern)).peekable();
        namesakes.peek()?;
        let taken: Vec<_> = namesakes.flat_map(|other| &other.clauses).collect();
        pattern.clauses.iter().find(|clause| !taken.contains(clause)).map(ToString::to_string)
    }
}
