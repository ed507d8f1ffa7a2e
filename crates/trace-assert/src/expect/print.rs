//! Prints expectations in the text form that the parser reads.

use std::fmt;

use super::{
    pattern::{Clause, Condition, Pattern, StatusWord, Test},
    tree::{Expectation, Node},
};
use crate::model::{bare_or_quoted, quoted};

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

/// Prints the clause in the text form that the parser reads.
impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::Attribute(Condition { key, test }) => condition("", &attribute_key(key), test),
            Self::Resource(Condition { key, test }) => condition("resource.", &bare_or_quoted(key), test),
            Self::ScopeAttribute(Condition { key, test }) => condition("scope.", &bare_or_quoted(key), test),
            Self::Scope(name) => format!("scope={}", quoted(name)),
            Self::Event { name, conditions } if conditions.is_empty() => format!("event:{}", quoted(name)),
            Self::Event { name, conditions } => {
                let conditions = conditions.iter().map(|one| condition("", &bare_or_quoted(&one.key), &one.test));
                format!("event:{}{{{}}}", quoted(name), conditions.collect::<Vec<_>>().join(" "))
            }
            Self::Link(label) => format!("link:{label}"),
        })
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
        let clauses = self.clauses.iter().map(Clause::to_string);
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
