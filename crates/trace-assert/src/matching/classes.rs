//! Classes of lines: lines that are equal with all that is below them are matched once.

use std::collections::HashMap;

use crate::{Expectation, Pattern, expect::Node};

/// A line with all that is below it.
#[derive(Debug)]
pub(crate) struct Class {
    /// One of the nodes that are like this.
    pub(crate) node: usize,
    /// The classes of the children and how often each; in their order if the line says `ordered`, sorted otherwise.
    pub(crate) children: Vec<(usize, usize)>,
    /// How many spans the children are.
    pub(crate) total: usize,
}

/// The classes of a tree; each stands after those of its children.
#[derive(Debug)]
pub(crate) struct Classes {
    pub(crate) list: Vec<Class>,
    /// The class of each node.
    pub(crate) of_node: Vec<usize>,
}

type Key<'a> = (&'a Pattern, bool, bool, Vec<(usize, usize)>);

impl Classes {
    #[expect(
        clippy::mutable_key_type,
        reason = "a regular expression caches inside, but is compared by its source"
    )]
    pub(crate) fn of(tree: &Expectation) -> Self {
        let mut known: HashMap<Key<'_>, usize> = HashMap::new();
        let mut classes = Self {
            list: Vec::new(),
            of_node: vec![0; tree.nodes.len()],
        };
        // Children stand after their parents, so from the end each node's children are known.
        for (index, node) in tree.nodes.iter().enumerate().rev() {
            let children = classes.children(tree, node);
            let next = classes.list.len();
            let key = (&node.pattern, node.ordered, node.open, children);
            let class = *known.entry(key).or_insert_with_key(|(_, _, _, children)| {
                let total = children
                    .iter()
                    .fold(0, |total: usize, (_, count)| total.saturating_add(*count));
                classes.list.push(Class {
                    node: index,
                    children: children.clone(),
                    total,
                });
                next
            });
            classes.of_node[index] = class;
        }
        classes
    }

    fn children(&self, tree: &Expectation, node: &Node) -> Vec<(usize, usize)> {
        let each = node
            .children
            .iter()
            .map(|child| (self.of_node[*child], tree.nodes[*child].count));
        if node.ordered {
            return each.collect();
        }
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for (class, count) in each {
            let total = counts.entry(class).or_default();
            *total = total.saturating_add(count);
        }
        let mut children: Vec<_> = counts.into_iter().collect();
        children.sort_unstable();
        children
    }
}
