//! The tree of an expectation.

use super::pattern::Pattern;

/// The expected shape of a trace: a tree of [`Pattern`]s.
///
/// `FromStr` parses the text form (see the [grammar](super)), and `Display` prints it. Parsing the printed text
/// yields an equal tree. `Expectation::from(&trace)` derives an expectation from an observed trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The nodes, parents before children. The list is flat so that a tree of any depth can be processed and dropped
    /// without recursion.
    pub(crate) nodes: Vec<Node>,
}

/// A line and its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// How many siblings must match the line with its subtree; at least 1.
    pub(crate) count: usize,
    pub(crate) pattern: Pattern,
    /// True if the children must match in the order of their start times.
    pub(crate) ordered: bool,
    /// True if further children are allowed (`...`).
    pub(crate) open: bool,
    /// The level in the tree; 0 for the root.
    pub(crate) depth: usize,
    /// The index of the parent node.
    pub(crate) parent: Option<usize>,
    /// The indexes of the child nodes, in the order of their lines.
    pub(crate) children: Vec<usize>,
}

impl Expectation {
    /// Appends a node as the last child of its parent, and returns its index.
    pub(crate) fn push(&mut self, parent: Option<usize>, count: usize, pattern: Pattern, ordered: bool) -> usize {
        let index = self.nodes.len();
        let depth = parent.map_or(0, |parent| self.nodes[parent].depth + 1);
        if let Some(parent) = parent {
            self.nodes[parent].children.push(index);
        }
        self.nodes.push(Node { count, pattern, ordered, open: false, depth, parent, children: Vec::new() });
        index
    }

    /// Returns the first line, or `None` if the expectation was derived from a trace without spans.
    pub fn root(&self) -> Option<&Pattern> {
        self.nodes.first().map(|node| &node.pattern)
    }

    /// Returns the lines, parents before children.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.nodes.iter().map(|node| &node.pattern)
    }

    /// Returns the labels that the expectation binds.
    pub fn labels(&self) -> Vec<&str> {
        self.patterns().filter_map(Pattern::label).collect()
    }

    /// Returns the labels of links that the expectation does not bind itself: an earlier tree must have bound them.
    pub fn foreign_labels(&self) -> Vec<&str> {
        let own = self.labels();
        self.patterns().flat_map(Pattern::links).filter(|label| !own.contains(label)).collect()
    }
}
