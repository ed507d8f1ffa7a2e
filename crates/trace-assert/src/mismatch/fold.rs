//! Folds a large diff: only the differing rows and their ancestors are shown.

use super::{
    DiffLine, Mark,
    align::Alignment,
    line::Writer,
    rows::{Content, Row},
};
use crate::{Difference, matching::Matcher};

/// Trees of at most this many rows are shown in full; of larger trees, at most this many differing rows are shown.
const WHOLE: usize = 100;

/// The number of rows shown on the path to a differing row, which is itself one of them.
const ABOVE: usize = 8;

/// Converts the rows to lines, and replaces each run of hidden rows with one line.
pub(super) fn fold(matcher: &Matcher<'_>, alignment: &Alignment, rows: &[Row]) -> Vec<DiffLine> {
    let writer = Writer::new(matcher, alignment);
    let shown = if rows.len() <= WHOLE { vec![true; rows.len()] } else { near_marks(rows) };
    let mut lines: Vec<DiffLine> = Vec::new();
    let mut start = 0;
    for run in shown.chunk_by(|a, b| a == b) {
        let rows = &rows[start..start + run.len()];
        start += run.len();
        if run[0] {
            let line = |row: &Row| DiffLine {
                mark: row.mark(),
                text: writer.line(row),
                differences: differences(alignment, row),
            };
            lines.extend(rows.iter().map(line));
        } else {
            lines.push(folded(rows));
        }
    }
    lines
}

/// In what the span of a row differs from its line.
fn differences(alignment: &Alignment, row: &Row) -> Vec<Difference> {
    match row.content {
        Content::Pair { pair, .. } => alignment.pairs[pair].differences.clone(),
        _ => Vec::new(),
    }
}

/// Returns for each row whether it is shown.
fn near_marks(rows: &[Row]) -> Vec<bool> {
    let mut shown = vec![false; rows.len()];
    let mut path: Vec<usize> = Vec::new();
    let mut marks = 0;
    for (number, row) in rows.iter().enumerate() {
        path.truncate(row.depth);
        path.push(number);
        if row.mark() != Mark::Same && marks < WHOLE {
            marks += 1;
            path.iter().rev().take(ABOVE).for_each(|above| shown[*above] = true);
        }
    }
    shown
}

/// Returns the line that replaces these rows; it states how many there are and how many of them differ.
fn folded(rows: &[Row]) -> DiffLine {
    let differ = rows.iter().filter(|row| row.mark() != Mark::Same).count();
    let indent = rows.iter().map(|row| row.depth).min().unwrap_or_default() * 2;
    let more = if differ == 0 { String::new() } else { format!(", {differ} of them differ") };
    let text = format!("{:indent$}# … {} lines{more}", "", rows.len());
    DiffLine { mark: Mark::Same, text, differences: Vec::new() }
}
