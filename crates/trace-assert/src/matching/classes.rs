//! Classes of lines: lines with equal subtrees are matched only once.

use std::{collections::HashMap, hash::BuildHasher};

use crate::expect::{Expectation, Node};

/// The classes of the lines below a line, each with the number of spans that these lines require together.
type ChildClasses = Vec<(usize, usize)>;

/// A line with its subtree, as a representative of all equal ones.
#[derive(Debug)]
pub(crate) struct Class {
    /// One line of this class.
    pub(crate) line: usize,
    /// The classes of the children with their counts: in the order of the lines if the line is `ordered`, and sorted
    /// by class otherwise.
    pub(crate) children: ChildClasses,
    /// The number of child spans that the class requires.
    pub(crate) total: usize,
}

impl Class {
    fn new(line: usize, children: ChildClasses) -> Self {
        let total = children.iter().fold(0, |total: usize, (_, count)| total.saturating_add(*count));
        Self { line, children, total }
    }

    /// Returns whether a node with these child classes belongs to this class.
    fn contains(&self, tree: &Expectation, node: &Node, children: &ChildClasses) -> bool {
        let own = &tree.nodes[self.line];
        let options = |node: &Node| (node.ordered, node.open);
        self.children == *children && options(own) == options(node) && own.pattern == node.pattern
    }
}

/// The classes of a tree; a class comes after the classes of its children.
#[derive(Debug)]
pub(crate) struct Classes {
    pub(crate) list: Vec<Class>,
    /// For each line, the index of its class.
    pub(crate) of_line: Vec<usize>,
}

impl Classes {
    /// Finds the classes of all lines.
    pub(crate) fn new(tree: &Expectation) -> Self {
        // Each class by the hash of what distinguishes it, or by the next free number if another class has this hash.
        let mut known: HashMap<u64, usize> = HashMap::with_capacity(tree.nodes.len());
        let mut classes = Self { list: Vec::new(), of_line: vec![0; tree.nodes.len()] };
        // Children come after their parents, so in reverse order the classes of the children are already computed.
        for (line, node) in tree.nodes.iter().enumerate().rev() {
            let children = classes.children(tree, node);
            let mut hash = known.hasher().hash_one((&node.pattern, node.ordered, node.open, &children));
            let is_other = |class: &usize| !classes.list[*class].contains(tree, node, &children);
            while known.get(&hash).is_some_and(is_other) {
                hash = hash.wrapping_add(1);
            }
            let class = *known.entry(hash).or_insert(classes.list.len());
            if class == classes.list.len() {
                classes.list.push(Class::new(line, children));
            }
            classes.of_line[line] = class;
        }
        classes
    }

    /// Returns the classes of a node's children with their counts; unless order matters, equal classes are merged.
    fn children(&self, tree: &Expectation, node: &Node) -> ChildClasses {
        let each = node.children.iter().map(|child| (self.of_line[*child], tree.nodes[*child].count));
        if node.ordered || node.children.len() < 2 {
            return each.collect();
        }
        let mut children: ChildClasses = each.collect();
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
