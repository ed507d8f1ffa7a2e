//! Formats recorded spans as an indented tree, as the expected text of a test.

use super::recorded::RecordedSpan;

/// One line per span: kind, name, `[redis]` for a Redis command, and `ERROR` if it failed. Siblings are sorted by
/// that text.
///
/// A span is not indented if it has no parent, or if its parent is not in `spans`, such as a remote one.
#[must_use]
pub fn tree(spans: &[RecordedSpan]) -> String {
    let known = |id: &str| spans.iter().any(|span| span.span_id == id);
    let is_root = |span: &&RecordedSpan| span.parent_span_id.as_deref().is_none_or(|parent| !known(parent));
    let mut text = String::new();
    write_level(spans, spans.iter().filter(is_root).collect(), 0, &mut text);
    text
}

fn write_level(spans: &[RecordedSpan], mut level: Vec<&RecordedSpan>, depth: usize, text: &mut String) {
    level.sort_by_key(|span| line(span));
    for span in level {
        text.push_str(&"  ".repeat(depth));
        text.push_str(&line(span));
        text.push('\n');
        let children = spans.iter().filter(|child| child.parent_span_id.as_deref() == Some(&span.span_id));
        write_level(spans, children.collect(), depth + 1, text);
    }
}

fn line(span: &RecordedSpan) -> String {
    let system = span.attributes.get("db.system.name").and_then(|system| system.as_str());
    let system = system.map(|system| format!(" [{system}]")).unwrap_or_default();
    let failed = span.status.as_ref().is_some_and(|status| status.starts_with("ERROR"));
    format!("{} {}{system}{}", span.kind, span.name, if failed { " ERROR" } else { "" })
}
