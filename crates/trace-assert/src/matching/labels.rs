//! Which spans the labels of a tree are bound to: links decide, so several bindings may have to be tried.

use std::collections::{HashMap, HashSet};

use super::{Matcher, classes::Classes, matcher::Input};
use crate::{Expectation, Labels, Mismatch, Pattern, SpanRef, Trace, mismatch};

/// How many bindings of labels are tried; links single out their targets, so one suffices nearly always.
const ATTEMPTS: usize = 256;

/// Where labels point to while a tree is matched.
#[derive(Debug, Clone)]
pub(crate) struct Resolver<'a> {
    /// Bound by earlier trees.
    earlier: &'a Labels,
    trace: &'a Trace,
    /// The labels that the tree binds itself.
    own: HashSet<&'a str>,
    /// Those of them that are tried on a span.
    pins: HashMap<&'a str, usize>,
}

impl<'a> Resolver<'a> {
    fn new(tree: &'a Expectation, trace: &'a Trace, earlier: &'a Labels) -> Self {
        Self { earlier, trace, own: tree.labels().into_iter().collect(), pins: HashMap::new() }
    }

    /// The span of a label; nothing at all for a label of the tree itself that is not tried on a span yet.
    pub(crate) fn resolve(&self, label: &str) -> Option<Option<SpanRef>> {
        match self.pins.get(label) {
            Some(span) => Some(Some(reference(self.trace, *span))),
            None if self.own.contains(label) => None,
            None => Some(self.earlier.get(label)),
        }
    }

    /// Whether the line may be matched with the span: if its label is tried, it must be on that span.
    pub(super) fn allows(&self, pattern: &Pattern, span: usize) -> bool {
        pattern.label().and_then(|label| self.pins.get(label)).is_none_or(|pin| *pin == span)
    }
}

fn reference(trace: &Trace, span: usize) -> SpanRef {
    SpanRef { trace_id: trace.spans[span].trace_id, span_id: trace.spans[span].span_id }
}

/// Matches, trying bindings of labels that links within the tree point to.
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

/// Whether the trace is one tree and matches.
fn whole(matcher: &Matcher<'_>) -> bool {
    match matcher.input.forest.roots() {
        [] => matcher.input.tree.nodes.is_empty(),
        [root] => !matcher.input.tree.nodes.is_empty() && matcher.matches(0, root.span),
        _ => false,
    }
}

/// The nodes whose label a link within the tree points to, each with the nodes of those links.
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

/// The spans that a label can be bound to: they match, so does everything above them, and the links lead to them.
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

/// Bindings of every label to a span of its own, at most [`ATTEMPTS`] of them.
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

/// Each node and the spans that it is matched with, where everything matches.
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

fn bindings(matcher: &Matcher<'_>, earlier: &Labels) -> Labels {
    let mut labels = earlier.clone();
    for (node, span) in walk(matcher) {
        if let Some(label) = matcher.input.tree.nodes[node].pattern.label() {
            labels.bind(label, reference(matcher.input.trace, span));
        }
    }
    labels
}
