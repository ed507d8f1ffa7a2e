//! The alignment of an expectation with a trace that does not match it: which span most likely belongs to which line.

use std::collections::{HashMap, HashSet};

use super::similarity::{MissingSpans, has_same_title, pair_namesakes, pair_renamed, renamed_score};
use crate::{
    expect::Pattern,
    matching::{Difference, Matcher},
    model::TitleKey,
};

/// The maximum number of spans of one title that are compared with a line. With more of them, a misplaced span may be
/// reported as missing.
const MAX_COMPARED: usize = 64;

/// A line and the span that is aligned with it.
#[derive(Debug, Default)]
pub(super) struct Pair {
    pub(super) line: usize,
    pub(super) span: usize,
    /// The number of spans that match the line; more than 1 only for a line with a count.
    pub(super) times: usize,
    pub(super) differences: Vec<Difference>,
    /// In an ordered level: the line before this one whose span started after the span of this one.
    pub(super) expected_after: Option<usize>,
    /// The indexes of the pairs below this one, in the order of their lines.
    pub(super) children: Vec<usize>,
    /// The lines below that still need spans.
    pub(super) missing: Vec<MissingSpans>,
    /// The spans below without a line; an open level allows them.
    pub(super) unmatched: Vec<usize>,
}

/// The spans that lines need and that are in the trace below another parent.
#[derive(Debug, Default)]
pub(super) struct MisplacedSpans {
    /// For each line that lacks a span, the span found elsewhere.
    pub(super) by_line: HashMap<usize, usize>,
    /// All of these spans.
    pub(super) spans: HashSet<usize>,
}

/// The alignment of a whole tree.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    /// All pairs; if there are any, the first one contains the root line.
    pub(super) pairs: Vec<Pair>,
    /// The roots of the trace that are not aligned with the root line.
    pub(super) other_roots: Vec<usize>,
    pub(super) misplaced: MisplacedSpans,
}

impl Alignment {
    /// Aligns the tree with the trace in rounds. Complete matches and spans with the same title are paired first. Then
    /// it searches the rest of the trace for misplaced spans, and finally the siblings for renamed spans.
    pub(super) fn new(matcher: &Matcher<'_>) -> Self {
        let roots = matcher.input.forest.roots().iter().map(|root| root.span).collect();
        let mut alignment = Self { other_roots: roots, ..Self::default() };
        if let Some(index) = likely_root(matcher, &alignment.other_roots) {
            let span = alignment.other_roots.remove(index);
            alignment.add(matcher, 0, span);
        }
        let (mut named, mut renamed) = (0, 0);
        while named < alignment.pairs.len() {
            while named < alignment.pairs.len() {
                alignment.pair_children(matcher, named);
                named += 1;
            }
            alignment.misplaced = alignment.find_misplaced(matcher);
            while renamed < named {
                alignment.pair_renamed_children(matcher, renamed);
                renamed += 1;
            }
        }
        alignment.misplaced = alignment.find_misplaced(matcher);
        alignment
    }

    /// Adds a pair and returns its index.
    fn add(&mut self, matcher: &Matcher<'_>, line: usize, span: usize) -> usize {
        let differences = if matcher.matches(line, span) { Vec::new() } else { matcher.differences(line, span) };
        self.pairs.push(Pair { line, span, times: 1, differences, ..Pair::default() });
        self.pairs.len() - 1
    }

    /// Pairs the lines and spans below a pair that match completely or have the same title.
    fn pair_children(&mut self, matcher: &Matcher<'_>, index: usize) {
        let (line, span) = (self.pairs[index].line, self.pairs[index].span);
        let assignment = matcher.assignment(line, span);
        let assigned: HashSet<usize> = assignment.spans_of.iter().flatten().copied().collect();
        let children = matcher.input.forest.children(span).iter().copied();
        let mut unmatched: Vec<usize> = children.filter(|span| !assigned.contains(span)).collect();
        let mut missing: Vec<MissingSpans> = Vec::new();
        let mut below: Vec<usize> = Vec::new();
        for (line, spans) in matcher.node(line).children.iter().zip(&assignment.spans_of) {
            if let Some(first) = spans.first() {
                let child = self.add(matcher, *line, *first);
                self.pairs[child].times = spans.len();
                below.push(child);
            }
            let count = matcher.node(*line).count - spans.len();
            missing.extend((count > 0).then_some(MissingSpans { line: *line, count }));
        }
        if !assignment.complete && missing.is_empty() {
            self.mark_wrong_order(matcher, &assignment.spans_of, &below);
        }
        for (line, span) in pair_namesakes(matcher, &mut missing, &mut unmatched) {
            below.push(self.add(matcher, line, span));
        }
        self.set_children(index, below, missing, unmatched);
    }

    /// Marks the first line whose span started before the span of an earlier line.
    fn mark_wrong_order(&mut self, matcher: &Matcher<'_>, spans_of: &[Vec<usize>], below: &[usize]) {
        let mut previous: Option<(usize, u64)> = None;
        for (child, spans) in below.iter().zip(spans_of) {
            for start in spans.iter().map(|span| matcher.span(*span).start) {
                if let Some((line, _)) = previous.filter(|(_, before)| *before > start) {
                    self.pairs[*child].expected_after = Some(line);
                    return;
                }
                previous = Some((self.pairs[*child].line, start));
            }
        }
    }

    /// Pairs the remaining lines and spans below a pair by similarity, except for those that belong elsewhere.
    fn pair_renamed_children(&mut self, matcher: &Matcher<'_>, index: usize) {
        let pair = &mut self.pairs[index];
        let mut below = std::mem::take(&mut pair.children);
        let (missing, unmatched) = (std::mem::take(&mut pair.missing), std::mem::take(&mut pair.unmatched));
        let (found_elsewhere, mut missing): (Vec<_>, Vec<_>) =
            missing.into_iter().partition(|missing| self.misplaced.by_line.contains_key(&missing.line));
        let (needed_elsewhere, mut unmatched): (Vec<_>, Vec<_>) =
            unmatched.into_iter().partition(|span| self.misplaced.spans.contains(span));
        for (line, span) in pair_renamed(matcher, &mut missing, &mut unmatched) {
            below.push(self.add(matcher, line, span));
        }
        missing.extend(found_elsewhere);
        missing.sort_by_key(|missing| missing.line);
        unmatched.extend(needed_elsewhere);
        unmatched.sort_by_key(|span| matcher.span(*span).start);
        self.set_children(index, below, missing, unmatched);
    }

    /// Stores the result for the level below a pair.
    fn set_children(&mut self, index: usize, below: Vec<usize>, missing: Vec<MissingSpans>, unmatched: Vec<usize>) {
        let mut children = below;
        children.sort_by_key(|child| self.pairs[*child].line);
        let pair = &mut self.pairs[index];
        (pair.children, pair.missing, pair.unmatched) = (children, missing, unmatched);
    }

    /// Searches the spans without a line, and their subtrees, for the spans that lines lack. If the span of a line is
    /// not found, it searches for those of its child lines.
    fn find_misplaced(&self, matcher: &Matcher<'_>) -> MisplacedSpans {
        let mut misplaced = MisplacedSpans::default();
        let mut unclaimed = self.unclaimed(matcher);
        if unclaimed.is_empty() {
            return misplaced;
        }
        let tops: HashSet<usize> = self.topmost_unclaimed().collect();
        let missing = self.pairs.iter().flat_map(|pair| &pair.missing);
        let mut pending: Vec<(usize, bool)> = missing.map(|missing| (missing.line, false)).collect();
        pending.reverse();
        while let Some((line, below_missing)) = pending.pop() {
            let node = matcher.node(line);
            let found = unclaimed.get_mut(&node.pattern.title_key()).and_then(|spans| {
                let fits = |span: usize| node.pattern.fits(matcher.span(span), &matcher.bindings);
                let fitting = spans.iter().enumerate().take(MAX_COMPARED).filter(|(_, span)| fits(**span));
                // A span at the top may be the missing parent under another name; then a span below it is the better
                // match for this line.
                let unlikely = |span: usize| (below_missing && tops.contains(&span), !matcher.matches(line, span));
                let (index, _) = fitting.min_by_key(|(_, span)| unlikely(**span))?;
                Some(spans.remove(index))
            });
            match found {
                Some(span) => {
                    misplaced.by_line.insert(line, span);
                    misplaced.spans.insert(span);
                }
                None => pending.extend(node.children.iter().rev().map(|child| (*child, true))),
            }
        }
        misplaced
    }

    /// Returns the spans without a line and their subtrees, grouped by title.
    fn unclaimed<'a>(&self, matcher: &Matcher<'a>) -> HashMap<TitleKey<'a>, Vec<usize>> {
        let mut by_title: HashMap<TitleKey<'a>, Vec<usize>> = HashMap::new();
        for (span, _) in self.topmost_unclaimed().flat_map(|top| matcher.input.forest.preorder(top)) {
            by_title.entry(matcher.span(span).title_key()).or_default().push(span);
        }
        by_title
    }

    /// Returns the topmost spans without a line: those below a pair, and the other roots.
    fn topmost_unclaimed(&self) -> impl Iterator<Item = usize> {
        self.pairs.iter().flat_map(|pair| &pair.unmatched).chain(&self.other_roots).copied()
    }
}

/// Returns the root that the root line most likely describes, as an index into `roots`; of several equal ones, the
/// one that started first.
///
/// A root that resembles another line and not the root line is ignored: it is a piece of an incomplete trace.
fn likely_root(matcher: &Matcher<'_>, roots: &[usize]) -> Option<usize> {
    let root_line = matcher.input.tree.root()?;
    let is_piece = |span: usize| {
        let has_title = |line: &Pattern| has_same_title(line, matcher.span(span));
        renamed_score(matcher, 0, span).is_none()
            && !has_title(root_line)
            && matcher.input.tree.patterns().any(has_title)
    };
    let likeness = |span: usize| {
        let same_title = has_same_title(root_line, matcher.span(span));
        (matcher.matches(0, span), same_title, renamed_score(matcher, 0, span).unwrap_or(-1.0))
    };
    let mut best = None;
    for (index, span) in roots.iter().enumerate().filter(|(_, span)| !is_piece(**span)) {
        let likeness = likeness(*span);
        if best.is_none_or(|(_, most)| likeness > most) {
            best = Some((index, likeness));
        }
    }
    best.map(|(index, _)| index)
}
