//! The tree of an expectation.

use super::Pattern;

/// What a trace must look like: a tree of [`Pattern`]s.
///
/// It is read from text and printed as text (the [grammar](super)), and printing what was read gives an equal tree.
/// `Expectation::from(&trace)` is everything that can be said about a trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectation {
    /// Each node stands before its children: the tree is flat, so that a tree of any depth can be walked and dropped.
    pub(crate) nodes: Vec<Node>,
}

/// A line and its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) count: usize,
    pub(crate) pattern: Pattern,
    pub(crate) ordered: bool,
    pub(crate) open: bool,
    pub(crate) depth: usize,
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
}

impl Expectation {
    /// Appends a node as the last child of its parent.
    pub(crate) fn push(&mut self, parent: Option<usize>, count: usize, pattern: Pattern, ordered: bool) -> usize {
        let index = self.nodes.len();
        let depth = parent.map_or(0, |parent| self.nodes[parent].depth + 1);
        if let Some(parent) = parent {
            self.nodes[parent].children.push(index);
        }
        self.nodes.push(Node { count, pattern, ordered, open: false, depth, parent, children: Vec::new() });
        index
    }

    /// The first line; none if the expectation was made from a trace without spans.
    pub fn root(&self) -> Option<&Pattern> {
        self.nodes.first().map(|node| &node.pattern)
    }

    /// The lines, each before those below it.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.nodes.iter().map(|node| &node.pattern)
    }

    /// The labels that it binds.
    pub fn labels(&self) -> Vec<&str> {
        self.patterns().filter_map(Pattern::label).collect()
    }

    /// The labels that its links point to and that it does not bind itself: an earlier tree must have bound them.
    pub fn foreign_labels(&self) -> Vec<&str> {
        let own = self.labels();
        self.patterns().flat_map(Pattern::links).filter(|label| !own.contains(label)).collect()
    }
}
