//! Prints expectations in the text form that the parser reads.

use std::fmt;

use super::{Clause, Condition, Expectation, Node, Pattern, StatusWord, Test, cursor::is_word};
use crate::model::{Kind, quoted};

/// Returns service, kind and name in the form in which a line starts.
pub(crate) fn title(service: &str, kind: Kind, name: &str) -> String {
    format!("{} {kind} {}", bare_or_quoted(service), quoted(name))
}

/// Returns the word unchanged if the grammar allows it as a bare word, and as a JSON string otherwise.
pub(crate) fn bare_or_quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(is_word) { word.to_owned() } else { quoted(word) }
}

/// Returns the key of a span attribute; it is quoted if the parser would read the bare key as something else.
fn attribute_key(key: &str) -> String {
    if key == "scope" || key.starts_with("resource.") || key.starts_with("scope.") {
        quoted(key)
    } else {
        bare_or_quoted(key)
    }
}

fn condition(prefix: &str, key: &str, test: &Test) -> String {
    match test {
        Test::Equals(value) => format!("{prefix}{key}={value}"),
        Test::Matches(regex) => format!("{prefix}{key}~{}", quoted(regex.source())),
        Test::Present => format!("{prefix}{key}?"),
        Test::Absent => format!("!{prefix}{key}"),
    }
}

/// Returns the text of a clause.
pub(crate) fn print_clause(clause: &Clause) -> String {
    match clause {
        Clause::Attribute(Condition { key, test }) => condition("", &attribute_key(key), test),
        Clause::Resource(Condition { key, test }) => condition("resource.", &bare_or_quoted(key), test),
        Clause::ScopeAttribute(Condition { key, test }) => condition("scope.", &bare_or_quoted(key), test),
        Clause::Scope(name) => format!("scope={}", quoted(name)),
        Clause::Event { name, conditions } if conditions.is_empty() => format!("event:{}", quoted(name)),
        Clause::Event { name, conditions } => {
            let conditions: Vec<_> =
                conditions.iter().map(|Condition { key, test }| condition("", &bare_or_quoted(key), test)).collect();
            format!("event:{}{{{}}}", quoted(name), conditions.join(" "))
        }
        Clause::Link(label) => format!("link:{label}"),
    }
}

impl Pattern {
    /// Prints the line, with `ordered` if its node has it.
    fn print(&self, f: &mut fmt::Formatter<'_>, ordered: bool) -> fmt::Result {
        f.write_str(&self.title())?;
        match self.status {
            Some(StatusWord::Ok) => f.write_str(" OK")?,
            Some(StatusWord::Error) => f.write_str(" ERROR")?,
            None => {}
        }
        let clauses = self.clauses.iter().map(print_clause);
        let ordered = ordered.then(|| "ordered".to_owned());
        let label = self.label.iter().map(|label| format!("as {label}"));
        for (index, clause) in clauses.chain(ordered).chain(label).enumerate() {
            write!(f, "{}{clause}", if index == 0 { "  " } else { " " })?;
        }
        Ok(())
    }
}

/// Prints the line in the text form that `FromStr` parses.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, false)
    }
}

/// Prints the line without its indentation.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count != 1 {
            write!(f, "{} x ", self.count)?;
        }
        self.pattern.print(f, self.ordered)
    }
}

/// Prints the tree in the text form that `FromStr` parses: one line per node, each with a newline at its end.
impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut open: Vec<usize> = Vec::new();
        for node in &self.nodes {
            close(f, &mut open, node.depth)?;
            writeln!(f, "{:1$}{node}", "", node.depth * 2)?;
            if node.open {
                open.push(node.depth + 1);
            }
        }
        close(f, &mut open, 0)
    }
}

/// Closes the levels deeper than `depth`, and prints `...` for each of them that is open.
fn close(f: &mut fmt::Formatter<'_>, open: &mut Vec<usize>, depth: usize) -> fmt::Result {
    while let Some(level) = open.pop_if(|level| *level > depth) {
        writeln!(f, "{:1$}...", "", level * 2)?;
    }
    Ok(())
}
