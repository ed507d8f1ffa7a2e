//! Finds spans that are in the trace below another parent than expected.

use std::collections::{HashMap, HashSet};

use super::align::Alignment;
use crate::matching::Matcher;

/// The maximum number of spans of one title that are compared with a line. With more of them, a moved span may be
/// reported as missing.
const FEW: usize = 64;

/// The spans that were found below another parent.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// For each line that lacks a span, the span found elsewhere.
    pub(super) target_of: HashMap<usize, usize>,
    /// All of these spans.
    pub(super) targets: HashSet<usize>,
}

/// Searches the spans without a line, and their subtrees, for the spans that lines lack. If the span of a line is not
/// found, it searches for those of its child lines.
pub(super) fn find(matcher: &Matcher<'_>, alignment: &Alignment) -> Moved {
    let mut moved = Moved::default();
    let mut unclaimed = unclaimed(matcher, alignment);
    if unclaimed.is_empty() {
        return moved;
    }
    let tops: HashSet<usize> = tops(alignment).collect();
    let missing = alignment.pairs.iter().flat_map(|pair| &pair.missing);
    let mut pending: Vec<(usize, bool)> = missing.map(|wanted| (wanted.line, false)).collect();
    pending.reverse();
    while let Some((line, below)) = pending.pop() {
        let node = &matcher.input.tree.nodes[line];
        let title = (node.pattern.service(), node.pattern.kind(), node.pattern.name());
        let namesakes = unclaimed.get_mut(&title);
        let fits = |span: &usize| node.pattern.fits(matcher.span(*span), &|label| matcher.resolver.resolve(label));
        let found = namesakes.and_then(|spans| {
            let fitting = spans.iter().enumerate().take(FEW).filter(|(_, span)| fits(span));
            // A span at the top may be the missing parent under another name; then a span below it is the better
            // match for this line.
            let unlikely = |span: usize| (below && tops.contains(&span), !matcher.matches(line, span));
            let (position, _) = fitting.min_by_key(|(_, span)| unlikely(**span))?;
            Some(spans.remove(position))
        });
        match found {
            Some(span) => {
                moved.target_of.insert(line, span);
                moved.targets.insert(span);
            }
            None => pending.extend(node.children.iter().rev().map(|child| (*child, true))),
        }
    }
    moved
}

/// Returns the topmost spans without a line: the free spans below a pair, and the other roots.
fn tops(alignment: &Alignment) -> impl Iterator<Item = usize> {
    alignment.pairs.iter().flat_map(|pair| &pair.free).chain(&alignment.roots).copied()
}

/// Service, kind and name.
type Title<'a> = (&'a str, crate::Kind, &'a str);

/// Returns the spans without a line and their subtrees, grouped by title.
fn unclaimed<'a>(matcher: &Matcher<'a>, alignment: &Alignment) -> HashMap<Title<'a>, Vec<usize>> {
    let mut by_title: HashMap<Title<'a>, Vec<usize>> = HashMap::new();
    for (position, _) in tops(alignment).flat_map(|top| matcher.input.forest.preorder(top)) {
        let span = matcher.span(position);
        by_title.entry((span.service(), span.kind, &span.name)).or_default().push(position);
    }
    by_title
}
