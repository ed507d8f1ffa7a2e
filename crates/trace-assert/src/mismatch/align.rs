//! Aligns an expectation with a trace that does not match it: which span most likely belongs to which line.

use std::collections::HashSet;

use super::{
    choice::{Wanted, in_turn, most_alike, too_many},
    moved::{self, Moved},
    similarity::{namesake, renamed, same_title},
};
use crate::Pattern;
use crate::matching::{Difference, Matcher};

/// A line and the span that is aligned with it.
#[derive(Debug, Default)]
pub(super) struct Pair {
    pub(super) node: usize,
    pub(super) span: usize,
    /// The number of spans that match the line; more than 1 only for a line with a count.
    pub(super) times: usize,
    pub(super) differences: Vec<Difference>,
    /// In an ordered level: the line whose span started later, although it comes before this line.
    pub(super) late: Option<usize>,
    /// The indexes of the pairs below this one, in the order of their lines.
    pub(super) children: Vec<usize>,
    /// The lines below that still need spans.
    pub(super) missing: Vec<Wanted>,
    /// The spans below without a line; an open level allows them.
    pub(super) free: Vec<usize>,
}

/// The alignment of a whole tree.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    /// All pairs; if there are any, the first one contains the root line.
    pub(super) pairs: Vec<Pair>,
    /// The roots of the trace that are not aligned with the root line.
    pub(super) roots: Vec<usize>,
    /// The spans that are in the trace below another parent.
    pub(super) moved: Moved,
}

/// Aligns the tree with the trace in rounds. Complete matches and spans with the same title are paired first. Then it
/// searches the rest of the trace for moved spans, and finally the siblings for renamed spans.
pub(super) fn align(matcher: &Matcher<'_>) -> Alignment {
    let roots = matcher.input.forest.roots().iter().map(|root| root.span).collect();
    let mut alignment = Alignment { roots, ..Alignment::default() };
    if let Some(position) = root(matcher, &alignment.roots) {
        let span = alignment.roots.remove(position);
        alignment.pair(matcher, 0, span);
    }
    let mut renamed = 0;
    let mut described = 0;
    while described < alignment.pairs.len() {
        while described < alignment.pairs.len() {
            alignment.descend(matcher, described);
            described += 1;
        }
        alignment.moved = moved::find(matcher, &alignment);
        while renamed < described {
            alignment.find_renamed(matcher, renamed);
            renamed += 1;
        }
    }
    alignment.moved = moved::find(matcher, &alignment);
    alignment
}

/// Returns the root that the root line most likely describes, as an index into `roots`; of several equal ones, the
/// one that started first.
///
/// A root that resembles another line and not the root line is ignored: it is a piece of an incomplete trace.
fn root(matcher: &Matcher<'_>, roots: &[usize]) -> Option<usize> {
    let pattern = matcher.input.tree.root()?;
    let likeness = |span: &usize| {
        let same = same_title(pattern, matcher.span(*span));
        (matcher.matches(0, *span), same, renamed(matcher, 0, *span).unwrap_or(-1.0))
    };
    let mut best = None;
    let torn_off = |span: usize| {
        let titled = |other: &Pattern| same_title(other, matcher.span(span));
        renamed(matcher, 0, span).is_none() && !titled(pattern) && matcher.input.tree.patterns().any(titled)
    };
    for (position, span) in roots.iter().enumerate().filter(|(_, span)| !torn_off(**span)) {
        let likeness = likeness(span);
        if best.is_none_or(|(_, most)| likeness > most) {
            best = Some((position, likeness));
        }
    }
    best.map(|(position, _)| position)
}

impl Alignment {
    /// Adds a pair and returns its index.
    fn pair(&mut self, matcher: &Matcher<'_>, node: usize, span: usize) -> usize {
        let pattern = &matcher.input.tree.nodes[node].pattern;
        let whole = matcher.matches(node, span);
        let differences = if whole { Vec::new() } else { matcher.differences(pattern, span) };
        self.pairs.push(Pair { node, span, times: 1, differences, ..Pair::default() });
        self.pairs.len() - 1
    }

    /// Pairs the lines and spans below a pair that match completely or have the same title.
    fn descend(&mut self, matcher: &Matcher<'_>, number: usize) {
        let (node, span) = (self.pairs[number].node, self.pairs[number].span);
        let lines = &matcher.input.tree.nodes[node].children;
        let assignment = matcher.assignment(node, span);
        let given: HashSet<usize> = assignment.spans_of.iter().flatten().copied().collect();
        let children = matcher.input.forest.children(span).iter().copied();
        let mut free: Vec<usize> = children.filter(|span| !given.contains(span)).collect();
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut below: Vec<usize> = Vec::new();
        for (line, spans) in lines.iter().zip(&assignment.spans_of) {
            if let Some(first) = spans.first() {
                let child = self.pair(matcher, *line, *first);
                self.pairs[child].times = spans.len();
                below.push(child);
            }
            let missing = matcher.input.tree.nodes[*line].count - spans.len();
            wanted.extend((missing > 0).then_some(Wanted { line: *line, missing }));
        }
        if !assignment.complete && wanted.is_empty() {
            self.find_late(matcher, &assignment.spans_of, &below);
        }
        for (line, span) in namesakes(matcher, &mut wanted, &mut free) {
            below.push(self.pair(matcher, line, span));
        }
        self.settle(number, below, wanted, free);
    }

    /// Pairs the remaining lines and spans below a pair by similarity.
    fn find_renamed(&mut self, matcher: &Matcher<'_>, number: usize) {
        let pair = &mut self.pairs[number];
        let missing = std::mem::take(&mut pair.missing);
        let free = std::mem::take(&mut pair.free);
        let mut below = std::mem::take(&mut pair.children);
        let (moved, mut wanted): (Vec<Wanted>, Vec<Wanted>) =
            missing.into_iter().partition(|wanted| self.moved.target_of.contains_key(&wanted.line));
        let (kept, mut free): (Vec<usize>, Vec<usize>) =
            free.into_iter().partition(|span| self.moved.targets.contains(span));
        if !too_many(&wanted, &free) {
            for (line, span) in most_alike(&mut wanted, &mut free, &|line, span| renamed(matcher, line, span)) {
                below.push(self.pair(matcher, line, span));
            }
        }
        wanted.extend(moved);
        wanted.sort_by_key(|wanted| wanted.line);
        free.extend(kept);
        free.sort_by_key(|span| matcher.span(*span).start);
        self.settle(number, below, wanted, free);
    }

    /// Stores the result for the level below a pair.
    fn settle(&mut self, number: usize, mut children: Vec<usize>, missing: Vec<Wanted>, free: Vec<usize>) {
        children.sort_by_key(|child| self.pairs[*child].node);
        let pair = &mut self.pairs[number];
        (pair.children, pair.missing, pair.free) = (children, missing, free);
    }

    /// Finds the first line whose span started before the span of an earlier line.
    fn find_late(&mut self, matcher: &Matcher<'_>, spans_of: &[Vec<usize>], below: &[usize]) {
        let mut previous: Option<(usize, u64)> = None;
        for (child, spans) in below.iter().zip(spans_of) {
            for start in spans.iter().map(|span| matcher.span(*span).start) {
                if let Some((node, _)) = previous.filter(|(_, before)| *before > start) {
                    self.pairs[*child].late = Some(node);
                    return;
                }
                previous = Some((self.pairs[*child].node, start));
            }
        }
    }
}

/// Pairs lines and spans of the same title, and removes them from both lists.
fn namesakes(matcher: &Matcher<'_>, wanted: &mut Vec<Wanted>, free: &mut Vec<usize>) -> Vec<(usize, usize)> {
    if too_many(wanted, free) {
        return in_turn(matcher, wanted, free);
    }
    most_alike(wanted, free, &|line, span| {
        let pattern = &matcher.input.tree.nodes[line].pattern;
        same_title(pattern, matcher.span(span)).then(|| namesake(matcher, line, span))
    })
}
