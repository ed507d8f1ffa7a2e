//! Derives the expectation for a trace without the spans of one instrumentation scope.

use super::{
    pattern::Clause,
    tree::{Expectation, Node},
};

/// The reason why a scope cannot be removed from an expectation.
///
/// Each variant contains the title of the line concerned, for example `users SERVER "GET /user"`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemovalError {
    /// The root line belongs to the scope: its children would have no common root.
    #[error("cannot remove {0}: it is the root line")]
    Root(String),
    /// A remaining line has a link to a removed line.
    #[error("cannot remove the scope: {0} has a link to a removed line")]
    Link(String),
    /// The line and its parent disagree on `ordered`, so its children cannot become children of the parent.
    #[error("cannot remove {0}: the line and its parent disagree on `ordered`")]
    Order(String),
}

impl Expectation {
    /// Returns the expectation for the same trace recorded without the spans of an instrumentation scope.
    ///
    /// The lines with `scope="…"` for this scope, in any version, are removed. Their children become children of the
    /// nearest remaining ancestor, and the counts are multiplied. If a removed line is open (`...`), that ancestor
    /// becomes open.
    ///
    /// # Errors
    ///
    /// Returns a [`RemovalError`] if the remaining lines do not form one tree, or if they could not express a link or
    /// an order that the original expects.
    pub fn without_scope(&self, scope: &str) -> Result<Self, RemovalError> {
        let mut rest = Self::default();
        // For each line: the remaining line that represents it (itself or its nearest remaining ancestor), and how
        // often each such line now occurs.
        let mut places: Vec<(usize, usize)> = Vec::new();
        for node in &self.nodes {
            let above = node.parent.map(|parent| places[parent]);
            let place = if !has_scope(node, scope) {
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

    /// Returns an error if a remaining line has a link to a removed line.
    fn dangling(&self, rest: &Self) -> Option<RemovalError> {
        let (before, after) = (self.labels(), rest.labels());
        let gone = |label: &str| before.contains(&label) && !after.contains(&label);
        let broken = rest.patterns().find(|pattern| pattern.links().any(gone));
        broken.map(|pattern| RemovalError::Link(pattern.title()))
    }
}

fn has_scope(node: &Node, scope: &str) -> bool {
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
