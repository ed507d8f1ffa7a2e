//! Binds the labels of a tree to spans: links within the tree decide, so several bindings may have to be tried.

use std::collections::{HashMap, HashSet};

use super::{Matcher, classes::Classes, matcher::Input};
use crate::{Expectation, Labels, Mismatch, Pattern, SpanRef, Trace, mismatch};

/// The maximum number of label bindings that are tried. Links identify their targets, so one is almost always enough.
const ATTEMPTS: usize = 256;

/// Resolves labels to spans while a tree is matched.
#[derive(Debug, Clone)]
pub(crate) struct Resolver<'a> {
    /// The labels that earlier trees bound.
    earlier: &'a Labels,
    trace: &'a Trace,
    /// The labels that this tree binds.
    own: HashSet<&'a str>,
    /// The labels of this tree that the current attempt binds, each with the position of its span.
    pins: HashMap<&'a str, usize>,
}

impl<'a> Resolver<'a> {
    fn new(tree: &'a Expectation, trace: &'a Trace, earlier: &'a Labels) -> Self {
        Self { earlier, trace, own: tree.labels().into_iter().collect(), pins: HashMap::new() }
    }

    /// Returns the span of a label, or `Some(None)` if the label is not bound. Returns `None` for a label of this
    /// tree that the current attempt does not bind: the link is then not checked.
    pub(crate) fn resolve(&self, label: &str) -> Option<Option<SpanRef>> {
        match self.pins.get(label) {
            Some(span) => Some(Some(reference(self.trace, *span))),
            None if self.own.contains(label) => None,
            None => Some(self.earlier.get(label)),
        }
    }

    /// Returns whether the line may match the span: a label that the current attempt binds must be on its span.
    pub(super) fn allows(&self, pattern: &Pattern, span: usize) -> bool {
        pattern.label().and_then(|label| self.pins.get(label)).is_none_or(|pin| *pin == span)
    }
}

fn reference(trace: &Trace, span: usize) -> SpanRef {
    SpanRef { trace_id: trace.spans[span].trace_id, span_id: trace.spans[span].span_id }
}

/// Matches a tree with a trace. If links within the tree refer to its labels, it tries bindings until one matches.
pub(super) fn check(tree: &Expectation, trace: &Trace, earlier: &Labels) -> Result<Labels, Mismatch> {
    let (forest, classes) = (trace.forest(), Classes::of(tree));
    let input = Input { tree, trace, forest: &forest, classes: &classes };
    let free = Matcher::new(input, Resolver::new(tree, trace, earlier));
    if !whole(&free) {
        return Err(mismatch::explain(&free));
    }
    if free.resolver.own.is_empty() {
        return Ok(earlier.clone());
    }
    let linked = linked_labels(tree);
    if linked.is_empty() {
        return Ok(bindings(&free, earlier));
    }
    let candidates: Vec<(usize, Vec<usize>)> =
        linked.iter().map(|(node, sources)| (*node, targets(&free, *node, sources))).collect();
    let mut nearest = None;
    for pins in choose(tree, &candidates) {
        let matcher = Matcher::new(input, Resolver { pins, ..free.resolver.clone() });
        if whole(&matcher) {
            return Ok(bindings(&matcher, earlier));
        }
        nearest.get_or_insert(matcher);
    }
    let nearest = nearest.unwrap_or_else(|| {
        let pins = walk(&free).into_iter().filter_map(|(node, span)| Some((tree.nodes[node].pattern.label()?, span)));
        Matcher::new(input, Resolver { pins: pins.collect(), ..free.resolver.clone() })
    });
    Err(mismatch::explain(&nearest))
}

/// Returns whether the trace has one root and matches the tree.
fn whole(matcher: &Matcher<'_>) -> bool {
    match matcher.input.forest.roots() {
        [] => matcher.input.tree.nodes.is_empty(),
        [root] => !matcher.input.tree.nodes.is_empty() && matcher.matches(0, root.span),
        _ => false,
    }
}

/// Returns the nodes whose label is the target of a link within the tree, each with the nodes that have such links.
fn linked_labels(tree: &Expectation) -> Vec<(usize, Vec<usize>)> {
    let mut sources: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, node) in tree.nodes.iter().enumerate() {
        for label in node.pattern.links() {
            sources.entry(label).or_default().push(index);
        }
    }
    let labelled = tree.nodes.iter().enumerate();
    labelled.filter_map(|(index, node)| Some((index, sources.remove(node.pattern.label()?)?))).collect()
}

/// Returns the spans that a label can be bound to: each matches the line, its ancestors match the lines above, and
/// every linking line has a span with a link to it.
fn targets(free: &Matcher<'_>, node: usize, sources: &[usize]) -> Vec<usize> {
    let reached = |source: &usize| -> HashSet<SpanRef> {
        let links = free.matching(*source).iter().flat_map(|span| &free.span(*span).links);
        links.map(|link| SpanRef { trace_id: link.trace_id, span_id: link.span_id }).collect()
    };
    let reached: Vec<_> = sources.iter().map(reached).collect();
    let is_target = |span: &usize| {
        let span = reference(free.input.trace, *span);
        reached.iter().all(|reached| reached.contains(&span))
    };
    free.matching(node).iter().copied().filter(is_target).filter(|span| fits_upwards(free, node, *span)).collect()
}

/// Returns whether the ancestors of the span match the ancestors of the node.
fn fits_upwards(free: &Matcher<'_>, mut node: usize, mut span: usize) -> bool {
    loop {
        match (free.input.tree.nodes[node].parent, free.input.forest.parent(span)) {
            (None, None) => return true,
            (Some(parent_node), Some(parent)) if free.matches(parent_node, parent) => {
                (node, span) = (parent_node, parent);
            }
            _ => return false,
        }
    }
}

/// Returns bindings that give each label a different span, at most [`ATTEMPTS`] of them.
fn choose<'a>(tree: &'a Expectation, candidates: &[(usize, Vec<usize>)]) -> Vec<HashMap<&'a str, usize>> {
    let mut chosen: Vec<HashMap<&str, usize>> = vec![HashMap::new()];
    for (node, spans) in candidates {
        let Some(label) = tree.nodes[*node].pattern.label() else {
            continue;
        };
        let mut longer = Vec::new();
        'full: for pins in &chosen {
            for span in spans.iter().filter(|span| !pins.values().any(|pin| pin == *span)) {
                if longer.len() == ATTEMPTS {
                    break 'full;
                }
                let mut pins = pins.clone();
                pins.insert(label, *span);
                longer.push(pins);
            }
        }
        chosen = longer;
    }
    chosen
}

/// Returns each node with the spans that it matches; the trace must match the tree.
fn walk(matcher: &Matcher<'_>) -> Vec<(usize, usize)> {
    let mut matched = Vec::new();
    let mut pending: Vec<(usize, usize)> = matcher.input.forest.roots().iter().map(|root| (0, root.span)).collect();
    while let Some((node, span)) = pending.pop() {
        matched.push((node, span));
        let lines = matcher.input.tree.nodes[node].children.iter().zip(matcher.assignment(node, span).spans_of);
        pending.extend(lines.flat_map(|(line, spans)| spans.into_iter().map(move |span| (*line, span))));
    }
    matched
}

/// Returns the earlier labels together with those that the tree binds.
fn bindings(matcher: &Matcher<'_>, earlier: &Labels) -> Labels {
    let mut labels = earlier.clone();
    for (node, span) in walk(matcher) {
        if let Some(label) = matcher.input.tree.nodes[node].pattern.label() {
            labels.bind(label, reference(matcher.input.trace, span));
        }
    }
    labels
}
