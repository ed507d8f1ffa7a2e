//! The diff of a mismatch: the trees of the expectation and of the trace, merged into one list of lines.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{
    alignment::{Alignment, Pair},
    similarity::MissingSpans,
};
use crate::{
    expect::{Clause, Condition, Node, Pattern, StatusWord, Test},
    matching::{Difference, Matcher},
    model::{Span, TitleKey},
};

/// Trees of at most this many rows are shown in full; of larger trees, at most this many differing rows are shown.
const SHOWN_ROWS: usize = 100;

/// The number of rows shown on the path to a differing row, which is itself one of them.
const SHOWN_PATH: usize = 8;

/// The mark of a line in the diff of a [`Mismatch`](crate::Mismatch).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The line and its span agree.
    Same,
    /// The span differs from its line.
    Differs,
    /// The line has no span.
    Missing,
    /// The span has no line.
    Unexpected,
}

impl Mark {
    /// Returns the two characters before the line: `"  "`, `"~ "`, `"- "` or `"+ "`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Same => "  ",
            Self::Differs => "~ ",
            Self::Missing => "- ",
            Self::Unexpected => "+ ",
        }
    }
}

/// One line of the diff in a [`Mismatch`](crate::Mismatch).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// How the line is marked.
    pub mark: Mark,
    /// The text without the mark: an indented line in the form of an expectation.
    pub text: String,
    /// In what the span differs from the line, where [`Mark::Differs`] marks it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
}

/// A row of the merged tree: a line, a span, or both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) depth: usize,
    pub(super) content: RowContent,
}

/// What a row shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum RowContent {
    /// A line and its span, by the index of their pair.
    Pair { pair: usize, differs: bool },
    /// A line without a span; `above` is the index of the pair above, if the parent line has a span.
    Missing { line: usize, times: usize, above: Option<usize> },
    /// A span without a line; `above` is the index of the pair above, if the parent span has a line.
    Unexpected { span: usize, above: Option<usize> },
    /// A root other than the expected one.
    Root { span: usize },
    /// The line `...` of an open level.
    Open,
}

impl Row {
    /// Returns how the row is marked.
    pub(super) fn mark(&self) -> Mark {
        match self.content {
            RowContent::Pair { differs: true, .. } => Mark::Differs,
            RowContent::Pair { .. } | RowContent::Open => Mark::Same,
            RowContent::Missing { .. } => Mark::Missing,
            RowContent::Unexpected { .. } | RowContent::Root { .. } => Mark::Unexpected,
        }
    }
}

/// The merged tree.
pub(super) struct Diff<'a> {
    matcher: &'a Matcher<'a>,
    alignment: &'a Alignment,
    /// All rows in the order of the lines; the unexpected spans below a pair come after its lines.
    pub(super) rows: Vec<Row>,
    /// For each title, the attributes that lines mention: an unexpected span is shown with these.
    mentioned: HashMap<TitleKey<'a>, BTreeSet<&'a str>>,
}

impl<'a> Diff<'a> {
    /// Merges the two trees.
    pub(super) fn new(matcher: &'a Matcher<'a>, alignment: &'a Alignment) -> Self {
        let mut diff = Self { matcher, alignment, rows: Vec::new(), mentioned: mentioned(matcher) };
        let mut pending: Vec<Row> = Vec::new();
        let roots = alignment.other_roots.iter().rev();
        pending.extend(roots.map(|span| Row { depth: 0, content: RowContent::Root { span: *span } }));
        if !alignment.pairs.is_empty() {
            pending.push(diff.pair_row(0, 0));
        } else if matcher.input.tree.root().is_some() {
            pending.push(Row { depth: 0, content: RowContent::Missing { line: 0, times: 1, above: None } });
        }
        while let Some(row) = pending.pop() {
            diff.rows.push(row);
            pending.extend(diff.rows_below(row).into_iter().rev());
        }
        diff
    }

    /// Returns the number of rows that are marked.
    pub(super) fn differing(&self) -> usize {
        differing(&self.rows)
    }

    /// Returns the lines of the diff. Each run of hidden rows is replaced with one line.
    pub(super) fn lines(&self) -> Vec<DiffLine> {
        let shown = self.shown();
        let mut lines: Vec<DiffLine> = Vec::new();
        let mut start = 0;
        for run in shown.chunk_by(|a, b| a == b) {
            let rows = &self.rows[start..start + run.len()];
            start += run.len();
            if run[0] {
                lines.extend(rows.iter().map(|row| self.line(row)));
            } else {
                lines.push(folded(rows));
            }
        }
        lines
    }

    /// Returns for each row whether it is shown: in a large tree, only the differing rows and their ancestors are.
    fn shown(&self) -> Vec<bool> {
        if self.rows.len() <= SHOWN_ROWS {
            return vec![true; self.rows.len()];
        }
        let mut shown = vec![false; self.rows.len()];
        let mut path: Vec<usize> = Vec::new();
        let mut marks = 0;
        for (number, row) in self.rows.iter().enumerate() {
            path.truncate(row.depth);
            path.push(number);
            if row.mark() != Mark::Same && marks < SHOWN_ROWS {
                marks += 1;
                path.iter().rev().take(SHOWN_PATH).for_each(|above| shown[*above] = true);
            }
        }
        shown
    }

    fn pair_row(&self, pair: usize, depth: usize) -> Row {
        let Pair { differences, expected_after, .. } = &self.alignment.pairs[pair];
        let differs = !differences.is_empty() || expected_after.is_some();
        Row { depth, content: RowContent::Pair { pair, differs } }
    }

    fn rows_below(&self, row: Row) -> Vec<Row> {
        let depth = row.depth + 1;
        let contents: Vec<RowContent> = match row.content {
            RowContent::Pair { pair, .. } => return self.rows_below_pair(pair, depth),
            RowContent::Missing { line, .. } => {
                let lines = self.matcher.node(line).children.iter();
                let times = |line: usize| self.matcher.node(line).count;
                lines.map(|line| RowContent::Missing { line: *line, times: times(*line), above: None }).collect()
            }
            RowContent::Unexpected { span, .. } | RowContent::Root { span } => {
                let spans = self.matcher.input.forest.children(span).iter();
                spans.map(|span| RowContent::Unexpected { span: *span, above: None }).collect()
            }
            RowContent::Open => Vec::new(),
        };
        contents.into_iter().map(|content| Row { depth, content }).collect()
    }

    fn rows_below_pair(&self, index: usize, depth: usize) -> Vec<Row> {
        let Pair { line, children, missing, unmatched, .. } = &self.alignment.pairs[index];
        let paired = children.iter().map(|child| (self.alignment.pairs[*child].line, self.pair_row(*child, depth)));
        let missing = missing.iter().map(|MissingSpans { line, count }| {
            (*line, Row { depth, content: RowContent::Missing { line: *line, times: *count, above: Some(index) } })
        });
        let mut lines: Vec<(usize, Row)> = paired.chain(missing).collect();
        lines.sort_by_key(|(line, _)| *line);
        let mut rows: Vec<Row> = lines.into_iter().map(|(_, row)| row).collect();
        if self.matcher.node(*line).open {
            rows.push(Row { depth, content: RowContent::Open });
        } else {
            let unexpected = unmatched.iter().map(|span| RowContent::Unexpected { span: *span, above: Some(index) });
            rows.extend(unexpected.map(|content| Row { depth, content }));
        }
        rows
    }

    /// Returns the line of a row that is shown.
    fn line(&self, row: &Row) -> DiffLine {
        let (text, differences) = match row.content {
            RowContent::Pair { pair, differs } => {
                (self.pair_text(pair, differs), self.alignment.pairs[pair].differences.clone())
            }
            RowContent::Missing { line, times, .. } => (self.line_text(line, times), Vec::new()),
            RowContent::Unexpected { span, .. } | RowContent::Root { span } => (self.unexpected_text(span), Vec::new()),
            RowContent::Open => ("...".to_owned(), Vec::new()),
        };
        DiffLine { mark: row.mark(), text: format!("{:1$}{text}", "", row.depth * 2), differences }
    }

    /// Returns the text of a line with another count.
    fn line_text(&self, line: usize, count: usize) -> String {
        let node = self.matcher.node(line);
        Node { count, pattern: node.pattern.clone(), children: Vec::new(), ..*node }.to_string()
    }

    /// Returns the line if it agrees with its span. Otherwise it returns the line that the span would match, with the
    /// differences as a comment.
    fn pair_text(&self, index: usize, differs: bool) -> String {
        let pair = &self.alignment.pairs[index];
        if !differs {
            return self.line_text(pair.line, pair.times);
        }
        let mut why: Vec<String> = pair.differences.iter().map(ToString::to_string).collect();
        why.extend(pair.expected_after.map(|line| {
            let earlier = self.matcher.node(line).pattern.title();
            format!("started before {earlier}, expected after it")
        }));
        format!("{}  # {}", self.matching_pattern(pair.line, self.matcher.span(pair.span)), why.join("; "))
    }

    /// Returns the pattern of a line with the changes that make it match a span.
    fn matching_pattern(&self, line: usize, span: &Span) -> Pattern {
        let expected = &self.matcher.node(line).pattern;
        let mut pattern = expected.clone();
        pattern.service = span.service().to_owned();
        pattern.kind = span.kind;
        pattern.name.clone_from(&span.name);
        if expected.status_difference(&span.status).is_some() {
            pattern.status = StatusWord::from_observed(&span.status);
        }
        let unmet = expected.clause_differences(span, &self.matcher.bindings);
        let unmet: BTreeSet<usize> = unmet.into_iter().map(|(position, _)| position).collect();
        for position in unmet.into_iter().rev() {
            match &mut pattern.clauses[position] {
                Clause::Attribute(Condition { key, test }) => *test = Test::from_observed(span.attributes.get(key)),
                Clause::Resource(Condition { key, test }) => {
                    *test = Test::from_observed(span.resource.attributes.get(key));
                }
                Clause::ScopeAttribute(Condition { key, test }) => {
                    *test = Test::from_observed(span.scope.attributes.get(key));
                }
                Clause::Scope(name) => *name = span.scope.like(name),
                Clause::Event { .. } | Clause::Link(_) => {
                    pattern.clauses.remove(position);
                }
            }
        }
        pattern
    }

    /// Returns the line that describes a span without a line.
    fn unexpected_text(&self, span: usize) -> String {
        let span = self.matcher.span(span);
        let keys = self.mentioned.get(&span.title_key()).into_iter().flatten();
        let clause = |key: &&str| {
            let value = span.attributes.get(*key)?;
            Some(Clause::Attribute(Condition { key: (*key).to_owned(), test: Test::from_observed(Some(value)) }))
        };
        let pattern = Pattern {
            service: span.service().to_owned(),
            kind: span.kind,
            name: span.name.clone(),
            status: StatusWord::from_observed(&span.status),
            clauses: keys.filter_map(clause).collect(),
            label: None,
        };
        pattern.to_string()
    }
}

/// Returns for each title the attributes that the lines of an expectation mention.
fn mentioned<'a>(matcher: &Matcher<'a>) -> HashMap<TitleKey<'a>, BTreeSet<&'a str>> {
    let mut mentioned: HashMap<_, BTreeSet<&str>> = HashMap::new();
    for pattern in matcher.input.tree.patterns() {
        let keys = mentioned.entry(pattern.title_key()).or_default();
        keys.extend(pattern.clauses.iter().filter_map(|clause| match clause {
            Clause::Attribute(condition) => Some(condition.key.as_str()),
            _ => None,
        }));
    }
    mentioned
}

/// Returns the number of rows that are marked.
fn differing(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row.mark() != Mark::Same).count()
}

/// Returns the line that replaces these rows; it states how many there are and how many of them differ.
fn folded(rows: &[Row]) -> DiffLine {
    let differing = differing(rows);
    let indent = rows.iter().map(|row| row.depth).min().unwrap_or_default() * 2;
    let more = if differing == 0 { String::new() } else { format!(", {differing} of them differ") };
    let text = format!("{:indent$}# … {} lines{more}", "", rows.len());
    DiffLine { mark: Mark::Same, text, differences: Vec::new() }
}
