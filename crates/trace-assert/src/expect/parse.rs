//! Parser for a tree of lines.

use std::{collections::HashSet, str::FromStr};

use super::{cursor::Cursor, error::ParseError, line::line, tree::Expectation};

/// Parses the text form of an expectation; the [grammar](super) describes it.
impl FromStr for Expectation {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut reader = Reader::default();
        for (index, text) in text.lines().enumerate() {
            reader.line(text, index + 1)?;
        }
        if reader.tree.nodes.is_empty() {
            return Err(ParseError {
                line: 1,
                column: 1,
                message: "expected a span line, got an empty text".to_owned(),
            });
        }
        Ok(reader.tree)
    }
}

/// A line on the path to the current line, as a possible parent of the next line.
#[derive(Debug)]
struct Ancestor {
    node: usize,
    /// True if this line or an ancestor has a count above 1.
    multiplied: bool,
}

/// The state of the parser between two lines.
#[derive(Debug, Default)]
struct Reader {
    tree: Expectation,
    /// The number of spaces before the first line, which every line has in addition to its indentation.
    margin: usize,
    /// The lines from the root down to the most recent line.
    path: Vec<Ancestor>,
    /// The labels bound so far.
    labels: HashSet<String>,
}

impl Reader {
    fn line(&mut self, text: &str, number: usize) -> Result<(), ParseError> {
        let mut cursor = Cursor::new(text, number);
        let spaces = text.len() - text.trim_start_matches(' ').len();
        cursor.spaces();
        if cursor.at_end() {
            return Ok(());
        }
        if cursor.at() != spaces {
            return Err(cursor.error_at(spaces, "expected two spaces for each level, got a tab"));
        }
        let depth = self.depth(spaces, &cursor)?;
        self.path.truncate(depth);
        if cursor.rest().trim_end() == "..." { self.open(&cursor) } else { self.node(&mut cursor) }
    }

    fn depth(&mut self, spaces: usize, cursor: &Cursor<'_>) -> Result<usize, ParseError> {
        if self.tree.nodes.is_empty() {
            self.margin = spaces;
            return Ok(0);
        }
        let indent = spaces.checked_sub(self.margin).filter(|indent| indent % 2 == 0);
        match indent.map(|indent| indent / 2) {
            Some(0) => {
                Err(cursor.error("unexpected second root: a tree has one root, so indent this line by two spaces"))
            }
            Some(depth) if depth <= self.path.len() => Ok(depth),
            Some(_) => Err(cursor.error("indented too far: expected at most two spaces more than the line above")),
            None => Err(cursor.error("wrong indentation: expected two spaces for each level")),
        }
    }

    fn open(&mut self, cursor: &Cursor<'_>) -> Result<(), ParseError> {
        match self.path.last() {
            Some(above) => self.tree.nodes[above.node].open = true,
            None => {
                return Err(
                    cursor.error("unexpected `...`: it must be below a line, and allows further children of that line")
                );
            }
        }
        Ok(())
    }

    fn node(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
        let start = cursor.at();
        let line = line(cursor)?;
        if self.path.is_empty() && line.count != 1 {
            return Err(cursor.error_at(start, "unexpected count: a tree has one root"));
        }
        let multiplied = line.count != 1 || self.path.last().is_some_and(|above| above.multiplied);
        if let Some(label) = line.pattern.label() {
            if multiplied {
                let message =
                    format!("the label `{label}` must refer to one span, but this line or a line above has a count");
                return Err(cursor.error_at(start, message));
            }
            if !self.labels.insert(label.to_owned()) {
                return Err(cursor.error_at(start, format!("the label `{label}` occurs twice")));
            }
        }
        let parent = self.path.last().map(|above| above.node);
        let node = self.tree.push(parent, line.count, line.pattern, line.ordered);
        self.path.push(Ancestor { node, multiplied });
        Ok(())
    }
}
