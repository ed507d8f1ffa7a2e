//! Pairs the lines that need a span with the spans that have no line.

use std::collections::{HashMap, HashSet, VecDeque};

use super::similarity::Score;
use crate::matching::Matcher;

/// Above this number of combinations, siblings are paired in order instead of by similarity.
const MANY: usize = 10_000;

/// A line and the number of spans that it still needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) line: usize,
    pub(super) missing: usize,
}

/// Returns whether there are too many combinations to compare all of them.
pub(super) fn too_many(wanted: &[Wanted], free: &[usize]) -> bool {
    wanted.len().saturating_mul(free.len()) > MANY
}

/// Pairs lines with spans, the most similar first, and removes them from both lists.
pub(super) fn most_alike(
    wanted: &mut Vec<Wanted>,
    free: &mut Vec<usize>,
    score: &dyn Fn(usize, usize) -> Option<Score>,
) -> Vec<(usize, usize)> {
    let mut scored: Vec<(Score, usize, usize)> = Vec::new();
    for (place, Wanted { line, .. }) in wanted.iter().enumerate() {
        scored.extend(free.iter().filter_map(|span| Some((score(*line, *span)?, place, *span))));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut pairs, mut taken) = (Vec::new(), HashSet::new());
    for (_, place, span) in scored {
        if wanted[place].missing > 0 && taken.insert(span) {
            wanted[place].missing -= 1;
            pairs.push((wanted[place].line, span));
        }
    }
    wanted.retain(|wanted| wanted.missing > 0);
    free.retain(|span| !taken.contains(span));
    pairs
}

/// Pairs lines with spans of the same title in the order of the lines, and removes them from both lists.
pub(super) fn in_turn(matcher: &Matcher<'_>, wanted: &mut Vec<Wanted>, free: &mut Vec<usize>) -> Vec<(usize, usize)> {
    let mut by_title: HashMap<_, VecDeque<usize>> = HashMap::new();
    for position in free.iter() {
        let span = matcher.span(*position);
        by_title.entry((span.service(), span.kind, span.name.as_str())).or_default().push_back(*position);
    }
    let mut pairs = Vec::new();
    for Wanted { line, missing } in wanted.iter_mut() {
        let pattern = &matcher.input.tree.nodes[*line].pattern;
        let Some(spans) = by_title.get_mut(&(pattern.service(), pattern.kind(), pattern.name())) else {
            continue;
        };
        let taken = spans.len().min(*missing);
        pairs.extend(spans.drain(..taken).map(|span| (*line, span)));
        *missing -= taken;
    }
    let taken: HashSet<usize> = pairs.iter().map(|(_, span)| *span).collect();
    wanted.retain(|wanted| wanted.missing > 0);
    free.retain(|span| !taken.contains(span));
    pairs
}
