//! The expectation for a trace from which the spans of one instrumentation scope are gone.

use super::{Clause, Expectation, Node};

/// Why a scope cannot be taken out of an expectation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemovalError {
    /// What is below the root would be several traces, or one with another root.
    #[error("{0} is the root: without it there is no tree")]
    Root(String),
    /// A line that stays has a link to one that goes.
    #[error("{0} has a link to a line that goes")]
    Link(String),
    /// The children of the line and those of its parent are not alike `ordered`.
    #[error("whether the children of {0} are ordered cannot be said among those of its parent")]
    Order(String),
}

impl Expectation {
    /// The same trace as it must be when the scope makes no spans, and nothing else changes.
    ///
    /// The lines that say `scope="…"` with that name, and any version, go.  What is below such a line takes its place: as the child of the
    /// nearest line that stays, as often as both counts say.  An open line opens its parent.
    ///
    /// # Errors
    ///
    /// When what is left would not be one tree, or would say less than before.
    pub fn without_scope(&self, scope: &str) -> Result<Self, RemovalError> {
        let mut rest = Self::default();
        // For each line its place among those that stay (its own or its nearest ancestor's), and how often that is meant.
        let mut places: Vec<(usize, usize)> = Vec::new();
        for node in &self.nodes {
            let above = node.parent.map(|parent| places[parent]);
            let place = if !is_of(node, scope) {
                let (parent, times) = above.unzip();
                (rest.push(parent, node.count * times.unwrap_or(1), node.pattern.clone(), node.ordered), 1)
            } else {
                let (parent, times) = above.ok_or_else(|| RemovalError::Root(node.pattern.title()))?;
                if node.children.len() > 1 && node.ordered != rest.nodes[parent].ordered {
                    return Err(RemovalError::Order(node.pattern.title()));
                }
                (parent, times * node.count)
            };
            rest.nodes[place.0].open |= node.open;
            places.push(place);
        }
        self.dangling(&rest).map_or(Ok(rest), Err)
    }

    /// A link of what is left that leads to a line that is gone.
    fn dangling(&self, rest: &Self) -> Option<RemovalError> {
        let (before, after) = (self.labels(), rest.labels());
        let gone = |label: &str| before.contains(&label) && !after.contains(&label);
        let broken = rest.patterns().find(|pattern| pattern.links().any(gone));
        broken.map(|pattern| RemovalError::Link(pattern.title()))
    }
}

fn is_of(node: &Node, scope: &str) -> bool {
    let called = |name: &str| name.split('@').next() == Some(scope);
    node.pattern.clauses.iter().any(|clause| matches!(clause, Clause::Scope(name) if called(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str) -> Result<String, RemovalError> {
        text.parse::<Expectation>().unwrap().without_scope("lib").map(|rest| rest.to_string())
    }

    #[test]
    fn what_was_below_takes_the_place() {
        let text = "a SERVER \"r\"\n  a PRODUCER \"p\" scope=\"lib\"\n    b CONSUMER \"c\" scope=\"lib@1\"\n      b CLIENT \"x\"\n  \
                    a CLIENT \"y\"  scope=\"library\"\n";
        assert_eq!(without(text).unwrap(), "a SERVER \"r\"\n  b CLIENT \"x\"\n  a CLIENT \"y\"  scope=\"library\"\n");
    }

    #[test]
    fn counts_multiply_and_an_open_line_opens_its_parent() {
        let text = "a SERVER \"r\"\n  2 x a PRODUCER \"p\" scope=\"lib\"\n    3 x b CLIENT \"x\"\n    ...\n";
        assert_eq!(without(text).unwrap(), "a SERVER \"r\"\n  6 x b CLIENT \"x\"\n  ...\n");
    }

    #[test]
    fn a_tree_without_the_scope_stays_as_it_is() {
        let text = "a SERVER \"r\"  ordered\n  2 x a CLIENT \"p\"\n    b SERVER \"x\"\n";
        assert_eq!(without(text).unwrap(), text);
    }

    #[test]
    fn what_would_be_no_tree_or_say_less_is_refused() {
        let root = RemovalError::Root("a SERVER \"r\"".to_owned());
        assert_eq!(without("a SERVER \"r\" scope=\"lib\"\n  a CLIENT \"p\"\n"), Err(root));
        let link = RemovalError::Link("a CLIENT \"x\"".to_owned());
        let text = "a SERVER \"r\"\n  a PRODUCER \"p\" scope=\"lib\" as it\n  a CLIENT \"x\" link:it\n";
        assert_eq!(without(text), Err(link));
        let order = RemovalError::Order("a PRODUCER \"p\"".to_owned());
        let text = "a SERVER \"r\"\n  a PRODUCER \"p\" scope=\"lib\" ordered\n    a CLIENT \"x\"\n    a CLIENT \"y\"\n";
        assert_eq!(without(text), Err(order));
    }
}
