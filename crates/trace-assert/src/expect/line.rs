//! Parser for one line of an expectation.

use std::str::FromStr;

use super::{
    clause::clause,
    cursor::Cursor,
    error::ParseError,
    pattern::{Pattern, StatusWord},
};

/// A parsed line: the pattern, and what belongs to its place in the tree.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) count: usize,
    pub(super) pattern: Pattern,
    pub(super) ordered: bool,
}

/// Parses a line; the cursor must be after the indentation.
pub(super) fn line(cursor: &mut Cursor<'_>) -> Result<Line, ParseError> {
    let count = count(cursor)?;
    let service = cursor.word_or_string("a service name")?;
    space(cursor)?;
    let at = cursor.at();
    let kind = cursor.word("a span kind")?.parse();
    let kind = kind.map_err(|unknown: crate::model::UnknownKind| cursor.error_at(at, unknown.to_string()))?;
    space(cursor)?;
    let name = cursor.string("the span name")?;
    let pattern = Pattern { service, kind, name, status: None, clauses: Vec::new(), label: None };
    rest(cursor, Line { count, pattern, ordered: false })
}

fn count(cursor: &mut Cursor<'_>) -> Result<usize, ParseError> {
    let digits = cursor.peek_word();
    let is_count = !digits.is_empty()
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && cursor.rest()[digits.len()..].trim_start_matches(' ').starts_with("x ");
    if !is_count {
        return Ok(1);
    }
    let count = digits.parse().map_err(|_| cursor.error(format!("the count {digits} is too large")))?;
    if count == 0 {
        return Err(cursor.error("expected a count of at least 1; to expect no such span, remove the line"));
    }
    cursor.take(digits);
    cursor.spaces();
    cursor.take("x");
    cursor.spaces();
    Ok(count)
}

/// Parses everything after the name of the span.
fn rest(cursor: &mut Cursor<'_>, mut line: Line) -> Result<Line, ParseError> {
    let mut first = true;
    loop {
        let spaced = cursor.spaces();
        if cursor.at_end() {
            return Ok(line);
        }
        if !spaced {
            return Err(cursor.error(format!("expected a space, got {}", cursor.got())));
        }
        if first && cursor.take_word("OK") {
            line.pattern.status = Some(StatusWord::Ok);
        } else if first && cursor.take_word("ERROR") {
            line.pattern.status = Some(StatusWord::Error);
        } else if cursor.take_word("ordered") {
            line.ordered = true;
        } else if cursor.take_word("as") {
            return label(cursor, line);
        } else {
            line.pattern.clauses.push(clause(cursor)?);
        }
        first = false;
    }
}

fn label(cursor: &mut Cursor<'_>, mut line: Line) -> Result<Line, ParseError> {
    cursor.spaces();
    line.pattern.label = Some(cursor.word("a label")?.to_owned());
    cursor.spaces();
    if cursor.at_end() {
        Ok(line)
    } else {
        Err(cursor.error(format!("expected the end of the line after the label, got {}", cursor.got())))
    }
}

fn space(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    if cursor.spaces() { Ok(()) } else { Err(cursor.error(format!("expected a space, got {}", cursor.got()))) }
}

/// Parses a single line without a count and without `ordered`, for example
/// `users CLIENT "GET" db.system.name="redis"`.
impl FromStr for Pattern {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text, 1);
        cursor.spaces();
        let line = line(&mut cursor)?;
        if line.count != 1 || line.ordered {
            return Err(cursor.error_at(0, "a single line must have no count and no `ordered`"));
        }
        Ok(line.pattern)
    }
}
