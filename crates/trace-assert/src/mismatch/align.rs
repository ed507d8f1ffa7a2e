//! Laying an expectation over a trace that does not match it: which span is meant by which line.

use std::collections::HashSet;

use super::{
    choice::{Wanted, in_turn, most_alike, too_many},
    moved::{self, Moved},
    similarity::{namesake, renamed, same_title},
};
use crate::Pattern;
use crate::matching::{Difference, Matcher};

/// A line and the span that is meant by it.
#[derive(Debug, Default)]
pub(super) struct Pair {
    pub(super) node: usize,
    pub(super) span: usize,
    /// How many spans match the line as this one does.
    pub(super) times: usize,
    pub(super) differences: Vec<Difference>,
    /// The line that this one should have started after, if it did not.
    pub(super) late: Option<usize>,
    /// The pairs below, by number; in order of the lines.
    pub(super) children: Vec<usize>,
    /// The lines below without enough spans.
    pub(super) missing: Vec<Wanted>,
    /// The spans below without a line; in an open level they are allowed.
    pub(super) free: Vec<usize>,
}

/// Everything found.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    /// The first pair, if any, is that of the root.
    pub(super) pairs: Vec<Pair>,
    /// Roots that are not meant by the root line.
    pub(super) roots: Vec<usize>,
    pub(super) moved: Moved,
}

/// Lays the tree over the trace, in rounds: what matches completely or has the same title is paired first, then what
/// was moved is looked for elsewhere, then what was renamed among siblings.
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

/// The root that is meant by the root line, by its position among the roots; of equals, the one that started first.  One that has
/// nothing to do with the root line and the title of another is a piece that was torn off.
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
    fn pair(&mut self, matcher: &Matcher<'_>, node: usize, span: usize) -> usize {
        let pattern = &matcher.input.tree.nodes[node].pattern;
        let whole = matcher.matches(node, span);
        let differences = if whole { Vec::new() } else { matcher.differences(pattern, span) };
        self.pairs.push(Pair { node, span, times: 1, differences, ..Pair::default() });
        self.pairs.len() - 1
    }

    /// Pairs what is below a pair, as far as complete matches and titles tell.
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

    /// Pairs what is left below a pair, as far as likeness tells.
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

    fn settle(&mut self, number: usize, mut children: Vec<usize>, missing: Vec<Wanted>, free: Vec<usize>) {
        children.sort_by_key(|child| self.pairs[*child].node);
        let pair = &mut self.pairs[number];
        (pair.children, pair.missing, pair.free) = (children, missing, free);
    }

    /// Finds the first line whose span started before that of the line above it.
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

/// Lines and free spans of the same title.
fn namesakes(matcher: &Matcher<'_>, wanted: &mut Vec<Wanted>, free: &mut Vec<usize>) -> Vec<(usize, usize)> {
    if too_many(wanted, free) {
        return in_turn(matcher, wanted, free);
    }
    most_alike(wanted, free, &|line, span| {
        let pattern = &matcher.input.tree.nodes[line].pattern;
        same_title(pattern, matcher.span(span)).then(|| namesake(matcher, line, span))
    })
}
