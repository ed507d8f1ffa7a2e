//! Merges the two trees into one list of rows.

use super::{
    Mark,
    align::{Alignment, Pair},
    choice::Wanted,
};
use crate::matching::Matcher;

/// A row of the merged tree: a line, a span, or both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) depth: usize,
    pub(super) content: Content,
}

/// What a row shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content {
    /// A line and its span, by the index of their pair.
    Pair { pair: usize, differs: bool },
    /// A line without a span; `top` is the index of the pair above, if the parent line has a span.
    Missing { line: usize, times: usize, top: Option<usize> },
    /// A span without a line; `top` is the index of the pair above, if the parent span has a line.
    Unexpected { span: usize, top: Option<usize> },
    /// A root other than the expected one.
    Root { span: usize },
    /// The line `...` of an open level.
    Rest,
}

impl Row {
    /// Returns how the row is marked.
    pub(super) fn mark(&self) -> Mark {
        match self.content {
            Content::Pair { differs: true, .. } => Mark::Differs,
            Content::Pair { .. } | Content::Rest => Mark::Same,
            Content::Missing { .. } => Mark::Missing,
            Content::Unexpected { .. } | Content::Root { .. } => Mark::Unexpected,
        }
    }
}

/// Returns all rows in the order of the lines; the unexpected spans below a pair come after its lines.
pub(super) fn rows(matcher: &Matcher<'_>, alignment: &Alignment) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut pending: Vec<Row> = Vec::new();
    pending.extend(alignment.roots.iter().rev().map(|span| Row { depth: 0, content: Content::Root { span: *span } }));
    if alignment.pairs.is_empty() {
        let root = matcher.input.tree.root().map(|_| Content::Missing { line: 0, times: 1, top: None });
        pending.extend(root.map(|content| Row { depth: 0, content }));
    } else {
        pending.push(of_pair(alignment, 0, 0));
    }
    while let Some(row) = pending.pop() {
        rows.push(row);
        pending.extend(below(matcher, alignment, row).into_iter().rev());
    }
    rows
}

fn of_pair(alignment: &Alignment, pair: usize, depth: usize) -> Row {
    let found = &alignment.pairs[pair];
    Row { depth, content: Content::Pair { pair, differs: !found.differences.is_empty() || found.late.is_some() } }
}

fn below(matcher: &Matcher<'_>, alignment: &Alignment, row: Row) -> Vec<Row> {
    let depth = row.depth + 1;
    let contents: Vec<Content> = match row.content {
        Content::Pair { pair, .. } => return below_pair(matcher, alignment, pair, depth),
        Content::Missing { line, .. } => {
            let lines = matcher.input.tree.nodes[line].children.iter();
            lines
                .map(|line| Content::Missing { line: *line, times: matcher.input.tree.nodes[*line].count, top: None })
                .collect()
        }
        Content::Unexpected { span, .. } | Content::Root { span } => {
            let spans = matcher.input.forest.children(span).iter();
            spans.map(|span| Content::Unexpected { span: *span, top: None }).collect()
        }
        Content::Rest => Vec::new(),
    };
    contents.into_iter().map(|content| Row { depth, content }).collect()
}

fn below_pair(matcher: &Matcher<'_>, alignment: &Alignment, number: usize, depth: usize) -> Vec<Row> {
    let Pair { node, children, missing, free, .. } = &alignment.pairs[number];
    let paired = children.iter().map(|child| (alignment.pairs[*child].node, of_pair(alignment, *child, depth)));
    let missing = missing.iter().map(|Wanted { line, missing }| {
        (*line, Row { depth, content: Content::Missing { line: *line, times: *missing, top: Some(number) } })
    });
    let mut lines: Vec<(usize, Row)> = paired.chain(missing).collect();
    lines.sort_by_key(|(line, _)| *line);
    let mut rows: Vec<Row> = lines.into_iter().map(|(_, row)| row).collect();
    if matcher.input.tree.nodes[*node].open {
        rows.push(Row { depth, content: Content::Rest });
    } else {
        let unexpected = free.iter().map(|span| Content::Unexpected { span: *span, top: Some(number) });
        rows.extend(unexpected.map(|content| Row { depth, content }));
    }
    rows
}
