//! Describes how a trace differs from an expectation: one sentence, then a diff of the two trees.

mod align;
mod choice;
mod first;
mod fold;
mod line;
mod moved;
mod reason;
mod rows;
mod similarity;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Difference, matching::Matcher};
pub use reason::{Found, Orphan, Reason};

/// The mark of a line in the diff of a [`Mismatch`].
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

/// One line of the diff in a [`Mismatch`].
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

/// The differences between a trace and an expectation.
///
/// Displayed as one sentence and a diff. The sentence names the first span that differs and what is wrong with it;
/// the diff merges the two trees into one. Without its `-` lines, the diff is an expectation that the trace matches,
/// unless it is folded, the order is wrong, or there are several roots. `Debug` prints the same text, so that `?` and
/// `unwrap` in a test show the diff.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    #[serde(flatten)]
    reason: Box<Reason>,
    lines: Vec<DiffLine>,
    differing: usize,
    total: usize,
}

impl Mismatch {
    /// The first thing that is wrong.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The same as a sentence: which span is wrong, and how.
    pub fn sentence(&self) -> String {
        self.reason.to_string()
    }

    /// Returns the lines of the diff. In trees of more than 100 lines, parts that agree are folded.
    pub fn lines(&self) -> &[DiffLine] {
        &self.lines
    }

    /// Returns the number of marked lines before folding.
    pub fn differing(&self) -> usize {
        self.differing
    }

    /// Returns the number of all lines before folding.
    pub fn total(&self) -> usize {
        self.total
    }
}

/// Describes how the trace of a matcher differs from its expectation.
pub(crate) fn explain(matcher: &Matcher<'_>) -> Mismatch {
    let alignment = align::align(matcher);
    let rows = rows::rows(matcher, &alignment);
    let differing = rows.iter().filter(|row| row.mark() != Mark::Same).count();
    let reason = Box::new(first::reason(matcher, &alignment, &rows));
    let total = rows.len();
    Mismatch { reason, lines: fold::fold(matcher, &alignment, &rows), differing, total }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.reason, f)?;
        for DiffLine { mark, text, .. } in &self.lines {
            write!(f, "\n{}{text}", mark.prefix())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Mismatch {}
