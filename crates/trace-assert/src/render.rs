//! Draws a trace as a waterfall for a terminal.

mod tree;

use std::fmt;

use opentelemetry_semantic_conventions::attribute::{DB_SYSTEM_NAME, HTTP_REQUEST_METHOD};

use crate::model::{Kind, Span, Trace, Value};

/// The minimum width of the bars, in columns.
const LEAST_BAR: usize = 10;

/// Returns the trace as a waterfall of about `width` columns, in plain text.
///
/// Each line shows service, kind, name, duration in milliseconds, and a bar from start to end.
pub fn waterfall(trace: &Trace, width: usize) -> String {
    Waterfall { trace, width, color: false }.to_string()
}

/// A waterfall of a trace; `Display` draws it.
#[derive(Debug, Clone, Copy)]
pub struct Waterfall<'a> {
    /// The trace to draw.
    pub trace: &'a Trace,
    /// The available width, in columns. The bars use what the text leaves, and at least 10 columns.
    pub width: usize,
    /// True for terminal colors: failed spans are red, bars are blue.
    pub color: bool,
}

/// One line; its columns are service (after the branch), kind, name, hint and duration.
struct Line<'a> {
    span: &'a Span,
    columns: [String; 5],
}

impl Line<'_> {
    fn width(&self, column: usize) -> usize {
        self.columns[column].chars().count()
    }
}

impl fmt::Display for Waterfall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<Line<'_>> = tree::branches(&self.trace.forest()).into_iter().map(|one| self.line(one)).collect();
        let widest = |column: usize| lines.iter().map(|line| line.width(column)).max().unwrap_or_default();
        let [service, kind, name, hint, duration] = std::array::from_fn(widest);
        let bar = self.width.saturating_sub(service + kind + name + hint + duration + 10).max(LEAST_BAR);
        let scale = Scale::new(&self.trace.spans, bar);
        for Line { span, columns: [a, b, c, d, e] } in &lines {
            let text = format!("{a:service$}  {b:kind$}  {c:name$}  {d:hint$}  {e:>duration$}");
            let bar = scale.bar(span);
            match (self.color, span.status.is_error()) {
                (false, _) => writeln!(f, "{text}  {bar}")?,
                (true, false) => writeln!(f, "{text}  \u{1b}[34m{bar}\u{1b}[0m")?,
                (true, true) => writeln!(f, "\u{1b}[31m{text}  {bar}\u{1b}[0m")?,
            }
        }
        Ok(())
    }
}

impl<'a> Waterfall<'a> {
    fn line(&self, (branch, span): (String, usize)) -> Line<'a> {
        let span = &self.trace.spans[span];
        let mut hints: Vec<String> = hint(span).into_iter().map(str::to_owned).collect();
        hints.extend(span.status.is_error().then(|| "ERROR".to_owned()));
        // The first 8 digits are enough to find the other trace.
        hints.extend(span.links.iter().map(|link| format!("link → {}…", &link.trace_id.to_string()[..8])));
        let hint = if hints.is_empty() { String::new() } else { printable(&format!("({})", hints.join(", "))) };
        let tenths = (span.duration() + 50_000) / 100_000;
        let duration = format!("{}.{} ms", tenths / 10, tenths % 10);
        let service = format!("{branch}{}", printable(span.service()));
        Line { span, columns: [service, span.kind.word().to_owned(), printable(&span.name), hint, duration] }
    }
}

/// Returns what a CLIENT span calls (a database system or `http`), because names such as `GET` are ambiguous.
fn hint(span: &Span) -> Option<&str> {
    if span.kind != Kind::Client {
        return None;
    }
    let database = span.attributes.get(DB_SYSTEM_NAME).and_then(Value::as_str);
    database.or_else(|| span.attributes.contains_key(HTTP_REQUEST_METHOD).then_some("http"))
}

/// Names come from outside, so control characters are replaced instead of sent to the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

/// Converts times to columns.
struct Scale {
    /// The start of the trace, in nanoseconds since the Unix epoch.
    start: u64,
    /// The duration of the trace in nanoseconds, at least 1.
    length: u64,
    /// The width of the bars, in columns.
    columns: usize,
}

impl Scale {
    fn new(spans: &[Span], columns: usize) -> Self {
        let start = spans.iter().map(|span| span.start).min().unwrap_or_default();
        let end = spans.iter().map(|span| span.end).max().unwrap_or_default();
        Self { start, length: end.saturating_sub(start).max(1), columns }
    }

    fn bar(&self, span: &Span) -> String {
        let from = self.column(span.start).min(self.columns - 1);
        let to = self.column(span.end).clamp(from + 1, self.columns);
        format!("{}{}", " ".repeat(from), "█".repeat(to - from))
    }

    fn column(&self, time: u64) -> usize {
        let passed = u128::from(time.saturating_sub(self.start).min(self.length));
        let column = (passed * self.columns as u128 + u128::from(self.length) / 2) / u128::from(self.length);
        usize::try_from(column).unwrap_or(self.columns)
    }
}

#[cfg(test)]
mod tests;
