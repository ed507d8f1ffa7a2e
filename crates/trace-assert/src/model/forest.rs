//! The trees that the spans of a trace form, whatever is wrong with them: nothing here panics or loops.

use std::collections::HashMap;

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
    parents: Vec<Option<usize>>,
    /// The children of all spans, those of the first span first.
    children: Vec<usize>,
    /// Where in `children` those of each span end; they begin where those of the span before end.
    ends: Vec<usize>,
}

impl Forest {
    /// The trees of these spans.
    pub fn of(spans: &[Span]) -> Self {
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
            // For now, where the children begin: each child that is put there moves it on, to the end at last.
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

    /// The tops of the trees.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The children of a span.
    pub fn children(&self, span: usize) -> &[usize] {
        let start = if span == 0 { 0 } else { self.ends[span - 1] };
        &self.children[start..self.ends[span]]
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
            pending.extend(self.children(span).iter().rev().map(|child| (*child, depth + 1)));
        }
        order
    }

    /// The spans of all trees, each before its children, with its depth.
    pub fn all(&self) -> Vec<(usize, usize)> {
        self.roots.iter().flat_map(|root| self.preorder(root.span)).collect()
    }
}

/// Cuts each cycle of parents above its earliest span, and answers those spans.
fn cut_cycles(parents: &mut [Option<usize>], spans: &[Span]) -> Vec<usize> {
    let mut cut = Vec::new();
    // The walk up from a span that first came by; 0 for none.
    let mut walks = vec![0; parents.len()];
    for start in 0..parents.len() {
        let mut next = Some(start);
        while let Some(span) = next.filter(|span| walks[*span] == 0) {
            walks[span] = start + 1;
            next = parents[span];
        }
        // A walk that runs into itself has found a cycle; one that runs into another has nothing new above it.
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
        let forest = Forest::of(&spans);
        assert_eq!(forest.roots(), [Root { span: 1, parent: Some(SpanId([3; 8])), cycle: true }]);
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
        let forest =
            Forest::of(&[span(1, None), span(2, Some(1)), span(2, Some(1)), span(3, Some(2)), span(4, Some(9))]);
        assert_eq!(forest.all(), [(0, 0), (1, 1), (3, 2), (2, 1), (4, 0)]);
    }
}
