//! The similarity of lines that need spans and spans that have no line, and the pairs that it suggests.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::{expect::Pattern, matching::Matcher, model::Span};

/// Names that are less similar than this are different names; more similar ones may be a misspelling.
const SIMILAR_NAME: f64 = 0.5;

/// Above this number of combinations, siblings are paired in order instead of by similarity.
const MAX_COMBINATIONS: usize = 10_000;

/// A similarity; larger means more similar.
type Score = f64;

/// A line, and the number of spans that it still needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct MissingSpans {
    pub(super) line: usize,
    pub(super) count: usize,
}

/// Returns whether service, kind and name of the span are those of the line.
pub(super) fn has_same_title(pattern: &Pattern, span: &Span) -> bool {
    pattern.title_key() == span.title_key()
}

/// Returns the similarity of a line and a span with different titles, or `None` if they are unrelated.
pub(super) fn renamed_score(matcher: &Matcher<'_>, line: usize, span: usize) -> Option<Score> {
    let pattern = &matcher.node(line).pattern;
    let observed = matcher.span(span);
    let service = pattern.service() == observed.service();
    let kind = pattern.kind() == observed.kind;
    let name = strsim::normalized_levenshtein(pattern.name(), &observed.name);
    let children = found_children(matcher, line, span);
    let related = match (service, kind, pattern.name() == observed.name) {
        (true, true, _) => name >= SIMILAR_NAME || children > 0.0,
        (true, false, true) | (false, true, true) => true,
        _ => false,
    };
    let score = f64::from(u8::from(service)) + f64::from(u8::from(kind)) + name + children;
    related.then_some(score)
}

/// Returns the similarity of a line and a span with the same title, or `None` if their titles differ.
fn namesake_score(matcher: &Matcher<'_>, line: usize, span: usize) -> Option<Score> {
    if !has_same_title(&matcher.node(line).pattern, matcher.span(span)) {
        return None;
    }
    let differences = matcher.differences(line, span).len();
    Some(found_children(matcher, line, span) - f64::from(u32::try_from(differences).unwrap_or(u32::MAX)))
}

/// Returns the fraction of the child lines that have a child span of the same title, from 0 to 1.
fn found_children(matcher: &Matcher<'_>, line: usize, span: usize) -> f64 {
    let lines = &matcher.node(line).children;
    if lines.is_empty() {
        return 0.0;
    }
    let children = matcher.input.forest.children(span).iter();
    let titles: HashSet<_> = children.map(|child| matcher.span(*child).title_key()).collect();
    let found = lines.iter().filter(|line| titles.contains(&matcher.node(**line).pattern.title_key()));
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(found.count()) / number(lines.len())
}

/// Pairs lines with spans of the same title, and removes them from both lists.
pub(super) fn pair_namesakes(
    matcher: &Matcher<'_>,
    missing: &mut Vec<MissingSpans>,
    unmatched: &mut Vec<usize>,
) -> Vec<(usize, usize)> {
    if too_many(missing, unmatched) {
        return pair_in_order(matcher, missing, unmatched);
    }
    pair_most_similar(missing, unmatched, |line, span| namesake_score(matcher, line, span))
}

/// Pairs lines with spans of similar titles, and removes them from both lists.
pub(super) fn pair_renamed(
    matcher: &Matcher<'_>,
    missing: &mut Vec<MissingSpans>,
    unmatched: &mut Vec<usize>,
) -> Vec<(usize, usize)> {
    if too_many(missing, unmatched) {
        return Vec::new();
    }
    pair_most_similar(missing, unmatched, |line, span| renamed_score(matcher, line, span))
}

/// Returns whether there are too many combinations to compare all of them.
fn too_many(missing: &[MissingSpans], unmatched: &[usize]) -> bool {
    missing.len().saturating_mul(unmatched.len()) > MAX_COMBINATIONS
}

/// Pairs lines with spans, the most similar first, and removes them from both lists.
fn pair_most_similar(
    missing: &mut Vec<MissingSpans>,
    unmatched: &mut Vec<usize>,
    score: impl Fn(usize, usize) -> Option<Score>,
) -> Vec<(usize, usize)> {
    let mut scored: Vec<(Score, usize, usize)> = Vec::new();
    for (place, MissingSpans { line, .. }) in missing.iter().enumerate() {
        scored.extend(unmatched.iter().filter_map(|span| Some((score(*line, *span)?, place, *span))));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut pairs, mut taken) = (Vec::new(), HashSet::new());
    for (_, place, span) in scored {
        if missing[place].count > 0 && taken.insert(span) {
            missing[place].count -= 1;
            pairs.push((missing[place].line, span));
        }
    }
    remove_paired(&pairs, missing, unmatched);
    pairs
}

/// Pairs lines with spans of the same title in the order of the lines, and removes them from both lists.
fn pair_in_order(
    matcher: &Matcher<'_>,
    missing: &mut Vec<MissingSpans>,
    unmatched: &mut Vec<usize>,
) -> Vec<(usize, usize)> {
    let mut by_title: HashMap<_, VecDeque<usize>> = HashMap::new();
    for span in unmatched.iter() {
        by_title.entry(matcher.span(*span).title_key()).or_default().push_back(*span);
    }
    let mut pairs = Vec::new();
    for MissingSpans { line, count } in missing.iter_mut() {
        let Some(spans) = by_title.get_mut(&matcher.node(*line).pattern.title_key()) else {
            continue;
        };
        let taken = spans.len().min(*count);
        pairs.extend(spans.drain(..taken).map(|span| (*line, span)));
        *count -= taken;
    }
    remove_paired(&pairs, missing, unmatched);
    pairs
}

/// Removes the lines that need no more spans, and the spans that are paired.
fn remove_paired(pairs: &[(usize, usize)], missing: &mut Vec<MissingSpans>, unmatched: &mut Vec<usize>) {
    let paired: HashSet<usize> = pairs.iter().map(|(_, span)| *span).collect();
    missing.retain(|missing| missing.count > 0);
    unmatched.retain(|span| !paired.contains(span));
}
