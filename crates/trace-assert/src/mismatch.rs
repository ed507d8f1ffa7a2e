//! A mismatch: how a trace differs from an expectation, as one sentence and a diff of the two trees.

mod alignment;
mod diff;
mod reason;
mod similarity;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::matching::Matcher;
use alignment::Alignment;
use diff::Diff;

pub use diff::{DiffLine, Mark};
pub use reason::{Found, Orphan, Reason};

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
    /// Describes how the trace of a matcher differs from its expectation.
    pub(crate) fn new(matcher: &Matcher<'_>) -> Self {
        let alignment = Alignment::new(matcher);
        let diff = Diff::new(matcher, &alignment);
        let reason = Box::new(Reason::new(matcher, &alignment, &diff.rows));
        Self { reason, lines: diff.lines(), differing: diff.differing(), total: diff.rows.len() }
    }

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
