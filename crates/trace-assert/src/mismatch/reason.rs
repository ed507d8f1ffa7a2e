//! The reason of a mismatch, as data: the first thing that is wrong, in the order of the lines.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    alignment::Alignment,
    diff::{Row, RowContent},
};
use crate::{
    expect::Node,
    matching::{Difference, Matcher},
    model::{Span, SpanId, Title},
};

/// The first thing in which a trace differs from an expectation. Its `Display` is the sentence of the mismatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// A span is where it is expected, and differs from its line.
    Differs {
        /// The span that the line expects.
        span: Title,
        /// Everything in which it differs.
        differences: Vec<Difference>,
    },
    /// Two siblings of an `ordered` line started in the wrong order.
    WrongOrder {
        /// The span that should have started later.
        span: Title,
        /// The span that should have started earlier.
        earlier: Title,
        /// The parent of both.
        below: Option<Title>,
    },
    /// A span is below another parent than expected.
    WrongParent {
        /// The span.
        span: Title,
        /// A clause that tells the span from its siblings of the same title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clause: Option<String>,
        /// The expected parent; none for a root.
        expected_below: Option<Title>,
        /// Where the span is.
        found: Found,
    },
    /// There are fewer or more equal spans than expected.
    WrongCount {
        /// The spans.
        span: Title,
        /// A clause that tells them from siblings of the same title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clause: Option<String>,
        /// Their parent; none for roots.
        below: Option<Title>,
        /// How many are expected.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// An expected span is not there.
    Missing {
        /// The span.
        span: Title,
        /// A clause that tells it from siblings of the same title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clause: Option<String>,
        /// Its expected parent; none for a root.
        below: Option<Title>,
        /// Whether the trace has no spans at all.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        empty_trace: bool,
    },
    /// A span is there that no line expects.
    Unexpected {
        /// The span.
        span: Title,
        /// Its parent; none for a root.
        below: Option<Title>,
    },
    /// The trace was expected to be empty.
    NotEmpty {
        /// Its root.
        span: Title,
    },
    /// The trace has more roots than the one that is expected.
    SecondRoot {
        /// The root that is not expected.
        span: Title,
        /// The root that is.
        expected: Title,
        /// Why the span is a root although it names a parent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        orphan: Option<Orphan>,
    },
    /// Each line finds a span, but two lines need the same one.
    Conflict,
}

/// Where a span is that has the wrong parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It is a root.
    Root {
        /// Why it is one although it names a parent.
        orphan: Option<Orphan>,
    },
    /// It is below this span.
    Below(Title),
    /// It is below another span of the same title as the expected parent.
    BelowAnother(Title),
}

/// Why a span is a root although it names a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orphan {
    /// The parent is a descendant of the span.
    Cycle(SpanId),
    /// The parent is not in the trace.
    ParentAbsent(SpanId),
}

impl Reason {
    /// Finds the first thing that is wrong in the rows of a diff.
    pub(super) fn new(matcher: &Matcher<'_>, alignment: &Alignment, rows: &[Row]) -> Self {
        let search = Search { matcher, alignment };
        // Without a row that differs, the parts of the trace fit but not together, such as two links to one span.
        rows.iter().find_map(|row| search.row(row)).unwrap_or(Self::Conflict)
    }

    /// The span that the reason is about; none where it is about the trace as a whole.
    pub fn span(&self) -> Option<&Title> {
        match self {
            Self::Differs { span, .. }
            | Self::WrongOrder { span, .. }
            | Self::WrongParent { span, .. }
            | Self::WrongCount { span, .. }
            | Self::Missing { span, .. }
            | Self::Unexpected { span, .. }
            | Self::NotEmpty { span }
            | Self::SecondRoot { span, .. } => Some(span),
            Self::Conflict => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs { span, differences } => {
                let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
                write!(f, "{span}: {}", differences.join("; "))
            }
            Self::WrongOrder { span, earlier, below } => {
                write!(f, "wrong order: {earlier} expected before {span}{}, started after it", place(below.as_ref()))
            }
            Self::WrongParent { span, clause, expected_below, found } => {
                let expected = place(expected_below.as_ref());
                write!(f, "wrong parent: {span}{} expected{expected}, found {found}", distinction(clause.as_ref()))
            }
            Self::WrongCount { span, clause, below, expected, got } => {
                let below = place(below.as_ref());
                write!(f, "wrong count: {span}{}{below} expected {expected}, got {got}", distinction(clause.as_ref()))
            }
            Self::Missing { span, clause, below, empty_trace } => {
                let nothing = if *empty_trace { ": the trace has no spans" } else { "" };
                write!(f, "missing: {span}{}{}{nothing}", distinction(clause.as_ref()), place(below.as_ref()))
            }
            Self::Unexpected { span, below } => write!(f, "unexpected: {span}{}", place(below.as_ref())),
            Self::NotEmpty { span } => write!(f, "unexpected: {span} as the root: the trace was expected to be empty"),
            Self::SecondRoot { span, expected, orphan } => {
                write!(f, "several roots: expected only {expected}, also got {span}{}", because(orphan.as_ref()))
            }
            Self::Conflict => f.write_str("conflict: each line matches a span, but two lines match only the same span"),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root { orphan } => write!(f, "as a root{}", because(orphan.as_ref())),
            Self::Below(parent) => write!(f, "below {parent}"),
            Self::BelowAnother(parent) => write!(f, "below another {parent}"),
        }
    }
}

fn place(below: Option<&Title>) -> String {
    below.map_or_else(|| " as the root".to_owned(), |parent| format!(" below {parent}"))
}

fn distinction(clause: Option<&String>) -> String {
    clause.map(|clause| format!(" {clause}")).unwrap_or_default()
}

fn because(orphan: Option<&Orphan>) -> String {
    match orphan {
        Some(Orphan::Cycle(parent)) => format!(" (its parent {parent} is one of its descendants)"),
        Some(Orphan::ParentAbsent(parent)) => format!(" (its parent {parent} is not in the trace)"),
        None => String::new(),
    }
}

/// The search for the reason.
struct Search<'a> {
    matcher: &'a Matcher<'a>,
    alignment: &'a Alignment,
}

impl Search<'_> {
    /// Returns what is wrong in a row.
    fn row(&self, row: &Row) -> Option<Reason> {
        match row.content {
            RowContent::Pair { pair, differs: true } => Some(self.differs(pair)),
            RowContent::Missing { line, times, above } => Some(self.missing(line, times, above)),
            RowContent::Unexpected { span, above } if !self.is_misplaced(span) => Some(self.unexpected(span, above)),
            RowContent::Root { span } if !self.is_misplaced(span) => Some(self.second_root(span)),
            _ => None,
        }
    }

    /// Returns whether a line lacks the span: the row of that line then has the reason.
    fn is_misplaced(&self, span: usize) -> bool {
        self.alignment.misplaced.spans.contains(&span)
    }

    fn node(&self, line: usize) -> &Node {
        self.matcher.node(line)
    }

    fn title(&self, line: usize) -> Title {
        Title::from(&self.node(line).pattern)
    }

    fn differs(&self, pair: usize) -> Reason {
        let pair = &self.alignment.pairs[pair];
        let span = self.title(pair.line);
        match pair.expected_after {
            Some(earlier) if pair.differences.is_empty() => {
                Reason::WrongOrder { span, earlier: self.title(earlier), below: self.parent_title(pair.line) }
            }
            _ => Reason::Differs { span, differences: pair.differences.clone() },
        }
    }

    fn missing(&self, line: usize, times: usize, above: Option<usize>) -> Reason {
        let (span, clause, below) = (self.title(line), self.distinguishing_clause(line), self.parent_title(line));
        if let Some(misplaced) = self.alignment.misplaced.by_line.get(&line) {
            return Reason::WrongParent { span, clause, expected_below: below, found: self.found(line, *misplaced) };
        }
        if let Some((expected, got)) = above.and_then(|pair| self.wrong_count(pair, line, times)) {
            return Reason::WrongCount { span, clause, below, expected, got };
        }
        Reason::Missing { span, clause, below, empty_trace: self.matcher.input.trace.spans.is_empty() }
    }

    /// Returns how many spans were expected and found of a line that lacks some, if it is the number that is wrong.
    fn wrong_count(&self, pair: usize, line: usize, times: usize) -> Option<(usize, usize)> {
        let class = |line: usize| self.matcher.input.classes.of_line[line];
        let pair = &self.alignment.pairs[pair];
        let equal_lines = self.node(pair.line).children.iter().filter(|other| class(**other) == class(line));
        let expected = equal_lines.fold(0, |sum: usize, line| sum.saturating_add(self.node(*line).count));
        let missing = pair.missing.iter().filter(|missing| class(missing.line) == class(line));
        let missing = missing.fold(0, |sum: usize, missing| sum.saturating_add(missing.count));
        (expected > 1).then(|| (expected, expected - missing.max(times)))
    }

    fn unexpected(&self, span: usize, above: Option<usize>) -> Reason {
        let observed = self.matcher.span(span);
        let below = self.matcher.input.forest.parent(span).map(|parent| Title::from(self.matcher.span(parent)));
        if let Some((line, expected, got)) = above.and_then(|pair| self.surplus(pair, observed)) {
            let clause = self.distinguishing_clause(line);
            return Reason::WrongCount { span: self.title(line), clause, below, expected, got };
        }
        Reason::Unexpected { span: Title::from(observed), below }
    }

    /// Returns the line that a span without a line would match, how many spans are expected of it, and how many there
    /// are.
    fn surplus(&self, pair: usize, span: &Span) -> Option<(usize, usize, usize)> {
        let pair = &self.alignment.pairs[pair];
        let lines = &self.node(pair.line).children;
        let fits = |line: usize, span: &Span| self.node(line).pattern.fits(span, &self.matcher.bindings);
        let line = *lines.iter().find(|line| fits(**line, span))?;
        let same = lines.iter().filter(|other| self.node(**other).pattern == self.node(line).pattern);
        let expected: usize = same.map(|line| self.node(*line).count).sum();
        let more = pair.unmatched.iter().filter(|span| fits(line, self.matcher.span(**span))).count();
        Some((line, expected, expected + more))
    }

    fn second_root(&self, span: usize) -> Reason {
        let observed = Title::from(self.matcher.span(span));
        match self.matcher.input.tree.root() {
            None => Reason::NotEmpty { span: observed },
            Some(root) => Reason::SecondRoot { span: observed, expected: Title::from(root), orphan: self.orphan(span) },
        }
    }

    /// Returns why a span is a root, if it names a parent.
    fn orphan(&self, span: usize) -> Option<Orphan> {
        let root = self.matcher.input.forest.roots().iter().find(|root| root.span == span)?;
        let parent = root.parent?;
        Some(if root.cycle { Orphan::Cycle(parent) } else { Orphan::ParentAbsent(parent) })
    }

    /// Returns the title of the line above a line; `None` for the root line.
    fn parent_title(&self, line: usize) -> Option<Title> {
        self.node(line).parent.map(|parent| self.title(parent))
    }

    /// Returns where the span of a line is that has another parent.
    fn found(&self, line: usize, span: usize) -> Found {
        let Some(parent) = self.matcher.input.forest.parent(span) else {
            return Found::Root { orphan: self.orphan(span) };
        };
        let title = Title::from(self.matcher.span(parent));
        if self.parent_title(line).as_ref() == Some(&title) { Found::BelowAnother(title) } else { Found::Below(title) }
    }

    /// Returns a clause that tells a line from siblings of the same title.
    fn distinguishing_clause(&self, line: usize) -> Option<String> {
        let pattern = &self.node(line).pattern;
        let siblings = self.node(line).parent.map_or(&[][..], |parent| &self.node(parent).children);
        let others = siblings.iter().map(|sibling| &self.node(*sibling).pattern).filter(|other| *other != pattern);
        let mut namesakes = others.filter(|other| other.title_key() == pattern.title_key()).peekable();
        namesakes.peek()?;
        let shared: Vec<_> = namesakes.flat_map(|other| &other.clauses).collect();
        pattern.clauses.iter().find(|clause| !shared.contains(clause)).map(ToString::to_string)
    }
}
