//! Spans that are there, but below another span than expected.

use std::collections::{HashMap, HashSet};

use super::align::Alignment;
use crate::matching::Matcher;

/// How many spans of a title are looked at for each line: an explanation may miss one in a crowd.
const FEW: usize = 64;

/// What was moved.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// For a line that misses a span, where the span is instead.
    pub(super) target_of: HashMap<usize, usize>,
    /// All those spans.
    pub(super) targets: HashSet<usize>,
}

/// Looks among the spans without a line, and all below them, for those that lines miss, and that the lines below these miss.
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
            // A span on top may be the missing line above under another name, and one below it then is what this line means.
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

/// The spans without a line, as far as they stand below one that has a line, or are roots.
fn tops(alignment: &Alignment) -> impl Iterator<Item = usize> {
    alignment.pairs.iter().flat_map(|pair| &pair.free).chain(&alignment.roots).copied()
}

type Title<'a> = (&'a str, crate::Kind, &'a str);

/// The spans without a line, and all below them, by title.
fn unclaimed<'a>(matcher: &Matcher<'a>, alignment: &Alignment) -> HashMap<Title<'a>, Vec<usize>> {
    let mut by_title: HashMap<Title<'a>, Vec<usize>> = HashMap::new();
    for (position, _) in tops(alignment).flat_map(|top| matcher.input.forest.preorder(top)) {
        let span = matcher.span(position);
        by_title.entry((span.service(), span.kind, &span.name)).or_default().push(position);
    }
    by_title
}
