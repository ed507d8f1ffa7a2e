//! How a trace differs from an expectation: one sentence, then a diff of the two trees.

use std::fmt;

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
}

impl Mismatch {
    pub(crate) fn new(sentence: String, lines: Vec<DiffLine>) -> Self {
        Self { sentence, lines }
    }

    /// The sentence: which span is wrong, and how.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// The two trees as one.
    pub fn lines(&self) -> &[DiffLine] {
        &self.lines
    }

    /// How many lines of the diff are marked.
    pub fn differing(&self) -> usize {
        self.lines.iter().filter(|line| line.mark != Mark::Same).count()
    }

    /// How many lines the diff has.
    pub fn total(&self) -> usize {
        self.lines.len()
    }
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
