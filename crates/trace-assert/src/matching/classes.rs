//! Classes of lines: lines with equal subtrees are matched only once.

use super::multimap::{Multimap, key};
use crate::{Expectation, expect::Node};

/// A line with its subtree, as a representative of all equal ones.
#[derive(Debug)]
pub(crate) struct Class {
    /// The index of one node of this class.
    pub(crate) node: usize,
    /// The classes of the children with their counts: in the order of the lines if the line is `ordered`, and sorted
    /// by class otherwise.
    pub(crate) children: Vec<(usize, usize)>,
    /// The number of child spans that the class requires.
    pub(crate) total: usize,
}

impl Class {
    fn new(node: usize, children: Vec<(usize, usize)>) -> Self {
        let total = children.iter().fold(0, |total: usize, (_, count)| total.saturating_add(*count));
        Self { node, children, total }
    }

    /// Returns whether a node with these child classes belongs to this class.
    fn is(&self, tree: &Expectation, node: &Node, children: &[(usize, usize)]) -> bool {
        let own = &tree.nodes[self.node];
        self.children == children && (own.ordered, own.open) == (node.ordered, node.open) && own.pattern == node.pattern
    }
}

/// The classes of a tree; a class comes after the classes of its children.
#[derive(Debug)]
pub(crate) struct Classes {
    pub(crate) list: Vec<Class>,
    /// For each node, the index of its class.
    pub(crate) of_node: Vec<usize>,
}

impl Classes {
    pub(crate) fn of(tree: &Expectation) -> Self {
        let mut known = Multimap::with_capacity(tree.nodes.len());
        let mut classes = Self { list: Vec::new(), of_node: vec![0; tree.nodes.len()] };
        // Children come after their parents, so in reverse order the classes of the children are already computed.
        for (index, node) in tree.nodes.iter().enumerate().rev() {
            let children = classes.children(tree, node);
            let key = key((&node.pattern, node.ordered, node.open, &children));
            let same = known.get(key).find(|class| classes.list[*class].is(tree, node, &children));
            classes.of_node[index] = same.unwrap_or_else(|| {
                known.insert(key, classes.list.len());
                classes.list.push(Class::new(index, children));
                classes.list.len() - 1
            });
        }
        classes
    }

    /// Returns the classes of a node's children with their counts; unless order matters, equal classes are merged.
    fn children(&self, tree: &Expectation, node: &Node) -> Vec<(usize, usize)> {
        let each = node.children.iter().map(|child| (self.of_node[*child], tree.nodes[*child].count));
        if node.ordered || node.children.len() < 2 {
            return each.collect();
        }
        let mut children: Vec<(usize, usize)> = each.collect();
        children.sort_unstable();
        children.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        children
    }
}
