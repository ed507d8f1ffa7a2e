//! The trees that the spans of a trace form, whatever is wrong with them: nothing here panics or loops.

use std::collections::{HashMap, HashSet};

use super::{Span, SpanId};

/// Why a span is the top of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root {
    /// The span, by its position in [`Trace::spans`](super::Trace::spans).
    pub span: usize,
    /// The parent it names, if any; that parent is not in the trace, or it is one of the span's own descendants.
    pub parent: Option<SpanId>,
    /// Whether the parent is one of the span's own descendants.
    pub cycle: bool,
}

/// Spans as trees; a span is named by its position in [`Trace::spans`](super::Trace::spans).
///
/// Siblings and roots are in order of their start time. Where a span id occurs twice, both spans are in a tree, and
/// the children belong to the first. In a cycle of parents, the span that started first is taken for a root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forest {
    roots: Vec<Root>,
    children: Vec<Vec<usize>>,
    parents: Vec<Option<usize>>,
}

impl Forest {
    /// The trees of these spans.
    pub fn of(spans: &[Span]) -> Self {
        let mut by_id = HashMap::with_capacity(spans.len());
        for (index, span) in spans.iter().enumerate() {
            by_id.entry(span.span_id).or_insert(index);
        }
        let mut forest = Self {
            children: vec![Vec::new(); spans.len()],
            ..Self::default()
        };
        for (index, span) in spans.iter().enumerate() {
            let parent = span.parent.and_then(|parent| by_id.get(&parent).copied());
            forest.parents.push(parent);
            match parent {
                Some(parent) => forest.children[parent].push(index),
                None => forest.roots.push(Root {
                    span: index,
                    parent: span.parent,
                    cycle: false,
                }),
            }
        }
        forest.cut_cycles(spans);
        forest.sort(spans);
        forest
    }

    /// The tops of the trees.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The children of a span.
    pub fn children(&self, span: usize) -> &[usize] {
        &self.children[span]
    }

    /// The parent of a span; none for a root.
    pub fn parent(&self, span: usize) -> Option<usize> {
        self.parents[span]
    }

    /// The spans of one tree, each before its children, with its depth.
    pub fn preorder(&self, root: usize) -> Vec<(usize, usize)> {
        let mut order = Vec::new();
        let mut pending = vec![(root, 0)];
        while let Some((span, depth)) = pending.pop() {
            order.push((span, depth));
            pending.extend(self.children[span].iter().rev().map(|child| (*child, depth + 1)));
        }
        order
    }

    /// The spans of all trees, each before its children, with its depth.
    pub fn all(&self) -> Vec<(usize, usize)> {
        self.roots.iter().flat_map(|root| self.preorder(root.span)).collect()
    }

    /// Spans that no root reaches hang below a cycle: each cycle is cut above its earliest span.
    fn cut_cycles(&mut self, spans: &[Span]) {
        let mut reached: HashSet<usize> = self.all().into_iter().map(|(span, _)| span).collect();
        for unreached in 0..spans.len() {
            if reached.contains(&unreached) {
                continue;
            }
            let Some(top) = self
                .cycle_above(unreached)
                .into_iter()
                .min_by_key(|span| spans[*span].start)
            else {
                continue;
            };
            if let Some(parent) = self.parents[top].take() {
                self.children[parent].retain(|child| *child != top);
            }
            self.roots.push(Root {
                span: top,
                parent: spans[top].parent,
                cycle: true,
            });
            reached.extend(self.preorder(top).into_iter().map(|(span, _)| span));
        }
    }

    /// The members of the cycle that following parents from a span runs into.
    fn cycle_above(&self, span: usize) -> Vec<usize> {
        let (mut path, mut positions) = (vec![span], HashMap::from([(span, 0)]));
        let mut next = self.parents[span];
        while let Some(ancestor) = next {
            if let Some(position) = positions.get(&ancestor) {
                return path.split_off(*position);
            }
            positions.insert(ancestor, path.len());
            path.push(ancestor);
            next = self.parents[ancestor];
        }
        Vec::new()
    }

    fn sort(&mut self, spans: &[Span]) {
        self.roots.sort_by_key(|root| spans[root.span].start);
        for siblings in &mut self.children {
            siblings.sort_by_key(|span| spans[*span].start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: u8, parent: Option<u8>) -> Span {
        let parent = parent.map(|parent| SpanId([parent; 8]));
        Span {
            span_id: SpanId([id; 8]),
            parent,
            start: u64::from(id),
            ..Span::default()
        }
    }

    #[test]
    fn a_cycle_of_parents_is_cut_at_the_span_that_started_first() {
        let spans = [span(3, Some(2)), span(2, Some(3)), span(1, Some(2))];
        let forest = Forest::of(&spans);
        assert_eq!(
            forest.roots(),
            [Root {
                span: 1,
                parent: Some(SpanId([3; 8])),
                cycle: true
            }]
        );
        assert_eq!(forest.preorder(1), [(1, 0), (2, 1), (0, 1)]);
    }

    #[test]
    fn a_span_that_is_its_own_parent_is_a_root() {
        let forest = Forest::of(&[span(1, Some(1))]);
        assert_eq!(forest.roots().len(), 1);
        assert_eq!(forest.all(), [(0, 0)]);
    }

    #[test]
    fn duplicated_ids_and_orphans_are_all_in_the_forest() {
        let forest = Forest::of(&[
            span(1, None),
            span(2, Some(1)),
            span(2, Some(1)),
            span(3, Some(2)),
            span(4, Some(9)),
        ]);
        assert_eq!(forest.all(), [(0, 0), (1, 1), (3, 2), (2, 1), (4, 0)]);
    }
}
