//! How a trace differs from an expectation: one sentence, then a diff of the two trees.

mod align;
mod choice;
mod fold;
mod line;
mod moved;
mod rows;
mod sentence;
mod similarity;

use std::fmt;

use crate::matching::Matcher;

/// How a line of a [`Mismatch`] stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// The line and its span agree.
    Same,
    /// A span that differs from its line.
    Differs,
    /// A line without a span.
    Missing,
    /// A span without a line.
    Unexpected,
}

impl Mark {
    /// The two characters in front of the line.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Same => "  ",
            Self::Differs => "~ ",
            Self::Missing => "- ",
            Self::Unexpected => "+ ",
        }
    }
}

/// A line of the diff in a [`Mismatch`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// How it stands out.
    pub mark: Mark,
    /// The line, indented, in the form of an expectation, without the mark.
    pub text: String,
}

/// How a trace differs from an expectation.
///
/// Shown as one sentence, which names the nearest span and what is wrong with it, and the two trees as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    sentence: String,
    lines: Vec<DiffLine>,
    differing: usize,
    total: usize,
}

impl Mismatch {
    /// The sentence: which span is wrong, and how.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// The two trees as one; of large trees, what agrees is folded.
    pub fn lines(&self) -> &[DiffLine] {
        &self.lines
    }

    /// How many lines of the two trees are marked.
    pub fn differing(&self) -> usize {
        self.differing
    }

    /// How many lines the two trees have as one.
    pub fn total(&self) -> usize {
        self.total
    }
}

/// How the trace of a matcher differs from its expectation.
pub(crate) fn explain(matcher: &Matcher<'_>) -> Mismatch {
    let alignment = align::align(matcher);
    let rows = rows::rows(matcher, &alignment);
    let differing = rows.iter().filter(|row| row.mark() != Mark::Same).count();
    let sentence = sentence::sentence(matcher, &alignment, &rows);
    let total = rows.len();
    Mismatch { sentence, lines: fold::fold(matcher, &alignment, &rows), differing, total }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)?;
        for DiffLine { mark, text } in &self.lines {
            write!(f, "\n{}{text}", mark.prefix())?;
        }
        Ok(())
    }
}

impl std::error::Error for Mismatch {}
