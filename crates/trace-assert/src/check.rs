//! The check of a trace against an expectation: compares them with every binding of labels that may be right.

use std::collections::{HashMap, HashSet};

use crate::{
    expect::{Expectation, LabelBindings, Labels, SpanRef},
    matching::{Classes, Input, Matcher},
    mismatch::Mismatch,
    model::Trace,
};

/// The maximum number of label bindings that are tried. Links identify their targets, so one is almost always enough.
const ATTEMPTS: usize = 256;

impl Expectation {
    /// Compares the whole tree with a trace. On success, returns `labels` and the labels that this tree binds.
    ///
    /// The children of a span match in any order unless their parent line contains `ordered`. Every child must be
    /// expected unless `...` is among the lines. If an assignment of spans to lines exists, it is found. The cost
    /// grows about linearly with the size of the trace.
    ///
    /// There is one limit: if links within the tree refer to its labels, at most 256 bindings of these labels are
    /// tried.
    ///
    /// # Errors
    ///
    /// Returns the differences: a sentence and a diff.
    pub fn check(&self, trace: &Trace, labels: &Labels) -> Result<Labels, Mismatch> {
        let (forest, classes) = (trace.forest(), Classes::new(self));
        let input = Input { tree: self, trace, forest: &forest, classes: &classes };
        // The first matcher does not check the links to labels of this tree.
        let own = self.labels();
        let unbound = Matcher::new(input, LabelBindings::new(labels, own.iter().copied()));
        if !unbound.is_match() {
            return Err(Mismatch::new(&unbound));
        }
        if own.is_empty() {
            return Ok(labels.clone());
        }
        let linked = linked_lines(self);
        if linked.is_empty() {
            return Ok(bound_labels(&unbound, labels));
        }
        let mut nearest = None;
        for bindings in attempts(&unbound, &linked) {
            let matcher = Matcher::new(input, bindings);
            if matcher.is_match() {
                return Ok(bound_labels(&matcher, labels));
            }
            nearest.get_or_insert(matcher);
        }
        let nearest = nearest.unwrap_or_else(|| Matcher::new(input, first_binding(&unbound)));
        Err(Mismatch::new(&nearest))
    }
}

/// Returns the lines whose label is the target of a link within the tree, each with the lines that have such links.
fn linked_lines(tree: &Expectation) -> Vec<(usize, Vec<usize>)> {
    let mut sources: HashMap<&str, Vec<usize>> = HashMap::new();
    for (line, node) in tree.nodes.iter().enumerate() {
        for label in node.pattern.links() {
            sources.entry(label).or_default().push(line);
        }
    }
    let lines = tree.nodes.iter().enumerate();
    lines.filter_map(|(line, node)| Some((line, sources.remove(node.pattern.label()?)?))).collect()
}

/// Returns bindings that give the label of each linked line a different span, at most [`ATTEMPTS`] of them.
fn attempts<'a>(unbound: &Matcher<'a>, linked: &[(usize, Vec<usize>)]) -> Vec<LabelBindings<'a>> {
    let mut attempts = vec![unbound.bindings.clone()];
    for (line, sources) in linked {
        let Some(label) = unbound.node(*line).pattern.label() else {
            continue;
        };
        let targets = targets(unbound, *line, sources);
        let longer = attempts.iter().flat_map(|attempt| {
            let others = targets.iter().filter(|span| !attempt.is_bound_to(**span));
            others.map(|span| attempt.clone().with(label, *span, unbound.span(*span)))
        });
        attempts = longer.take(ATTEMPTS).collect();
    }
    attempts
}

/// Returns the spans that the label of a line can be bound to: each matches the line, its ancestors match the lines
/// above, and every linking line has a span with a link to it.
fn targets(unbound: &Matcher<'_>, line: usize, sources: &[usize]) -> Vec<usize> {
    let reached = |source: &usize| -> HashSet<SpanRef> {
        let links = unbound.matching(*source).iter().flat_map(|span| &unbound.span(*span).links);
        links.map(|link| SpanRef { trace_id: link.trace_id, span_id: link.span_id }).collect()
    };
    let reached: Vec<_> = sources.iter().map(reached).collect();
    let is_reached = |span: usize| reached.iter().all(|reached| reached.contains(&unbound.span(span).into()));
    let candidates = unbound.matching(line).iter().copied();
    candidates.filter(|span| is_reached(*span) && ancestors_match(unbound, line, *span)).collect()
}

/// Returns whether the ancestors of the span match the lines above the line.
fn ancestors_match(unbound: &Matcher<'_>, mut line: usize, mut span: usize) -> bool {
    loop {
        match (unbound.node(line).parent, unbound.input.forest.parent(span)) {
            (None, None) => return true,
            (Some(line_above), Some(parent)) if unbound.matches(line_above, parent) => {
                (line, span) = (line_above, parent);
            }
            _ => return false,
        }
    }
}

/// Returns the attempt that binds each label to the span that its line happens to match.
fn first_binding<'a>(unbound: &Matcher<'a>) -> LabelBindings<'a> {
    let labelled = matched_lines(unbound).into_iter().filter_map(|(line, span)| {
        let label = unbound.node(line).pattern.label()?;
        Some((label, span))
    });
    labelled.fold(unbound.bindings.clone(), |bindings, (label, span)| bindings.with(label, span, unbound.span(span)))
}

/// Returns the earlier labels together with those that the tree binds.
fn bound_labels(matcher: &Matcher<'_>, earlier: &Labels) -> Labels {
    let mut labels = earlier.clone();
    for (line, span) in matched_lines(matcher) {
        if let Some(label) = matcher.node(line).pattern.label() {
            labels.bind(label, matcher.span(span).into());
        }
    }
    labels
}

/// Returns each line with the spans that it matches; the trace must match the tree.
fn matched_lines(matcher: &Matcher<'_>) -> Vec<(usize, usize)> {
    let mut matched = Vec::new();
    let mut pending: Vec<(usize, usize)> = matcher.input.forest.roots().iter().map(|root| (0, root.span)).collect();
    while let Some((line, span)) = pending.pop() {
        matched.push((line, span));
        let below = matcher.node(line).children.iter().zip(matcher.assignment(line, span).spans_of);
        pending.extend(below.flat_map(|(line, spans)| spans.into_iter().map(move |span| (*line, span))));
    }
    matched
}
