//! The trees that the spans of a trace form; broken traces cause neither a panic nor an endless loop.

use std::collections::HashMap;

use super::{id::SpanId, span::Span};

/// A span at the top of a tree, and why it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root {
    /// The position of the span in [`Trace::spans`](super::Trace::spans).
    pub span: usize,
    /// The parent that the span names, if any. This parent is either not in the trace, or it is a descendant of the
    /// span.
    pub parent: Option<SpanId>,
    /// True if the named parent is a descendant of the span.
    pub cycle: bool,
}

/// The spans of a trace as trees; a span is identified by its position in [`Trace::spans`](super::Trace::spans).
///
/// Siblings and roots are sorted by start time. If two spans have the same ID, both are in a tree, and the first one
/// has the children. In a cycle of parents, the span that started first is the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forest {
    roots: Vec<Root>,
    /// For each span, the position of its parent.
    parents: Vec<Option<usize>>,
    /// The children of all spans in one list, in the order of their parents' positions.
    children: Vec<usize>,
    /// For each span, the end of its part of `children`; the part starts where that of the previous span ends.
    ends: Vec<usize>,
}

impl Forest {
    /// Builds the trees of these spans.
    pub fn new(spans: &[Span]) -> Self {
        let mut by_id = HashMap::with_capacity(spans.len());
        for (index, span) in spans.iter().enumerate() {
            by_id.entry(span.span_id).or_insert(index);
        }
        let parent = |span: &Span| span.parent.and_then(|parent| by_id.get(&parent).copied());
        let mut parents: Vec<Option<usize>> = spans.iter().map(parent).collect();
        let cut = cut_cycles(&mut parents, spans);
        let mut forest = Self::from_parents(parents, spans);
        forest.roots.iter_mut().for_each(|root| root.cycle = cut.contains(&root.span));
        forest
    }

    fn from_parents(parents: Vec<Option<usize>>, spans: &[Span]) -> Self {
        let mut order: Vec<usize> = (0..spans.len()).collect();
        order.sort_by_key(|span| spans[*span].start);
        let mut ends = vec![0; spans.len()];
        parents.iter().flatten().for_each(|parent| ends[*parent] += 1);
        let mut before = 0;
        for end in &mut ends {
            // At first this is where the children start. Each child that is added below increments it, so finally it
            // is the end.
            before += std::mem::replace(end, before);
        }
        let mut children = vec![0; before];
        let mut roots = Vec::new();
        for span in order {
            match parents[span] {
                Some(parent) => {
                    children[ends[parent]] = span;
                    ends[parent] += 1;
                }
                None => roots.push(Root { span, parent: spans[span].parent, cycle: false }),
            }
        }
        Self { roots, parents, children, ends }
    }

    /// Returns the roots, sorted by start time.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Returns the children of the span at this position, sorted by start time.
    ///
    /// # Panics
    ///
    /// Panics if there is no span at this position.
    pub fn children(&self, span: usize) -> &[usize] {
        let start = if span == 0 { 0 } else { self.ends[span - 1] };
        &self.children[start..self.ends[span]]
    }

    /// Returns the parent of the span at this position, or `None` for a root.
    ///
    /// # Panics
    ///
    /// Panics if there is no span at this position.
    pub fn parent(&self, span: usize) -> Option<usize> {
        self.parents[span]
    }

    /// Returns the spans of one tree, parents before children, each with its depth below `root`.
    ///
    /// # Panics
    ///
    /// Panics if there is no span at this position.
    pub fn preorder(&self, root: usize) -> Vec<(usize, usize)> {
        let mut order = Vec::new();
        let mut pending = vec![(root, 0)];
        while let Some((span, depth)) = pending.pop() {
            order.push((span, depth));
            pending.extend(self.children(span).iter().rev().map(|child| (*child, depth + 1)));
        }
        order
    }

    /// Returns the spans of all trees, parents before children, each with its depth.
    pub fn all(&self) -> Vec<(usize, usize)> {
        self.roots.iter().flat_map(|root| self.preorder(root.span)).collect()
    }
}

/// Breaks each cycle by removing the parent of its earliest span, and returns these spans.
fn cut_cycles(parents: &mut [Option<usize>], spans: &[Span]) -> Vec<usize> {
    let mut cut = Vec::new();
    // For each span, the number of the first walk towards the root that visited it; 0 if none did.
    let mut walks = vec![0; parents.len()];
    for start in 0..parents.len() {
        let mut next = Some(start);
        while let Some(span) = next.filter(|span| walks[*span] == 0) {
            walks[span] = start + 1;
            next = parents[span];
        }
        // A walk that meets itself has found a cycle. A walk that meets an earlier one has nothing new above it.
        if let Some(met) = next.filter(|span| walks[*span] == start + 1) {
            let cycle = std::iter::successors(Some(met), |span| parents[*span].filter(|span| *span != met));
            if let Some(top) = cycle.min_by_key(|span| spans[*span].start) {
                parents[top] = None;
                cut.push(top);
            }
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: u8, parent: Option<u8>) -> Span {
        let parent = parent.map(|parent| SpanId([parent; 8]));
        Span { span_id: SpanId([id; 8]), parent, start: u64::from(id), ..Span::default() }
    }

    #[test]
    fn a_cycle_of_parents_is_cut_at_the_span_that_started_first() {
        let spans = [span(3, Some(2)), span(2, Some(3)), span(1, Some(2))];
        let forest = Forest::new(&spans);
        assert_eq!(forest.roots(), [Root { span: 1, parent: Some(SpanId([3; 8])), cycle: true }]);
        assert_eq!(forest.preorder(1), [(1, 0), (2, 1), (0, 1)]);
    }

    #[test]
    fn a_span_that_is_its_own_parent_is_a_root() {
        let forest = Forest::new(&[span(1, Some(1))]);
        assert_eq!(forest.roots().len(), 1);
        assert_eq!(forest.all(), [(0, 0)]);
    }

    #[test]
    fn duplicated_ids_and_orphans_are_all_in_the_forest() {
        let forest =
            Forest::new(&[span(1, None), span(2, Some(1)), span(2, Some(1)), span(3, Some(2)), span(4, Some(9))]);
        assert_eq!(forest.all(), [(0, 0), (1, 1), (3, 2), (2, 1), (4, 0)]);
    }
}
