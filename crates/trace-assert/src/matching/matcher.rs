//! Determines which spans match which lines, both with their subtrees.

use std::collections::{HashMap, VecDeque};

use super::{
    Difference, Resolver, assign,
    classes::{Class, Classes},
    few::Few,
    index::Index,
    order,
};
use crate::{Expectation, Forest, Pattern, Span, Trace};

/// The input of a match.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input<'a> {
    pub(crate) tree: &'a Expectation,
    pub(crate) trace: &'a Trace,
    pub(crate) forest: &'a Forest,
    pub(crate) classes: &'a Classes,
}

/// The assignment of a span's children to the lines below a node.
#[derive(Debug)]
pub(crate) struct Assignment {
    /// The spans of each line, sorted by start time.
    pub(crate) spans_of: Vec<Vec<usize>>,
    /// True if every line has all its spans, in the required order.
    pub(crate) complete: bool,
}

/// The spans that match each class of lines, computed from the leaves up.
#[derive(Debug)]
pub(crate) struct Matcher<'a> {
    pub(crate) input: Input<'a>,
    pub(crate) resolver: Resolver<'a>,
    /// The matching spans of all classes in one list, class by class, each part sorted by position.
    spans_of: Vec<usize>,
    /// For each class, the end of its part of `spans_of`.
    ends: Vec<usize>,
    /// For each span, the classes that it matches.
    classes_of: Vec<Few>,
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(input: Input<'a>, resolver: Resolver<'a>) -> Self {
        let spans = &input.trace.spans;
        let index = Index::new(input.tree, spans, input.classes.list.len());
        let classes_of = vec![Few::default(); spans.len()];
        let mut matcher = Self { input, resolver, spans_of: Vec::new(), ends: Vec::new(), classes_of };
        let mut candidates = Vec::new();
        for (number, class) in input.classes.list.iter().enumerate() {
            candidates.clear();
            matcher.find_candidates(class, &index, &mut candidates);
            candidates.retain(|span| matcher.fits(class, *span));
            candidates.iter().for_each(|span| matcher.classes_of[*span].push(number));
            matcher.spans_of.extend(&candidates);
            matcher.ends.push(matcher.spans_of.len());
        }
        matcher
    }

    /// Returns whether a span and its subtree match a line and its subtree.
    pub(crate) fn matches(&self, node: usize, span: usize) -> bool {
        self.classes_of[span].contains(self.input.classes.of_node[node])
    }

    /// Returns the positions of all spans that match a line with its subtree, at any place in the trace.
    pub(crate) fn matching(&self, node: usize) -> &[usize] {
        self.of_class(self.input.classes.of_node[node])
    }

    fn of_class(&self, class: usize) -> &[usize] {
        let start = if class == 0 { 0 } else { self.ends[class - 1] };
        &self.spans_of[start..self.ends[class]]
    }

    /// Finds the candidates of a class: the shortest list that contains every match. It is a list of the index, or
    /// the parents of the spans that match a child.
    fn find_candidates(&self, class: &Class, index: &Index<'_>, found: &mut Vec<usize>) {
        let (key, length) = index.shortest(&self.input.tree.nodes[class.node].pattern);
        let below = class.children.iter().map(|(child, _)| self.of_class(*child)).min_by_key(|spans| spans.len());
        match below {
            Some(below) if below.len() < length => {
                found.extend(below.iter().filter_map(|span| self.input.forest.parent(*span)));
            }
            _ => found.extend(index.list(key)),
        }
        found.sort_unstable();
        found.dedup();
    }

    fn fits(&self, class: &Class, span: usize) -> bool {
        let node = &self.input.tree.nodes[class.node];
        let children = self.input.forest.children(span).len();
        let number_fits = if node.open { children >= class.total } else { children == class.total };
        number_fits
            && self.resolver.allows(&node.pattern, span)
            && node.pattern.fits(self.span(span), &|label| self.resolver.resolve(label))
            && (class.total == 0
                || self.greed_suffices(class, node.ordered, span)
                || self.assignment(class.node, span).complete)
    }

    /// Returns whether assigning each child of a span to the first line that still needs it serves all lines.
    fn greed_suffices(&self, class: &Class, ordered: bool, span: usize) -> bool {
        if ordered {
            return false;
        }
        let mut wanted: Vec<usize> = class.children.iter().map(|(_, count)| *count).collect();
        let mut missing = class.total;
        for child in self.input.forest.children(span) {
            // The binary search is valid: the children of a class that is not ordered are sorted by class.
            let places = self.classes_of[*child].iter();
            let mut places =
                places.filter_map(|class_of| class.children.binary_search_by_key(&class_of, |(class, _)| *class).ok());
            if let Some(place) = places.find(|place| wanted[*place] > 0) {
                wanted[place] -= 1;
                missing -= 1;
            }
        }
        missing == 0
    }

    /// For each of the given classes, returns the children of a span that match it.
    fn choices(&self, places: &HashMap<usize, usize>, span: usize) -> Vec<Vec<usize>> {
        let mut choices = vec![Vec::new(); places.len()];
        for (position, child) in self.input.forest.children(span).iter().enumerate() {
            for place in self.classes_of[*child].iter().filter_map(|class| places.get(&class)) {
                choices[*place].push(position);
            }
        }
        choices
    }

    /// Assigns the children of a span to the lines below a node, as far as they match with their subtrees.
    pub(crate) fn assignment(&self, node: usize, span: usize) -> Assignment {
        let node = &self.input.tree.nodes[node];
        let children = self.input.forest.children(span);
        // Equal lines share a place, so a thousand of them cost no more than one line with a count of a thousand.
        let mut places: HashMap<usize, usize> = HashMap::new();
        let mut turns: Vec<(usize, usize)> = Vec::new();
        for (line, child) in node.children.iter().enumerate() {
            let next = places.len();
            let place = *places.entry(self.input.classes.of_node[*child]).or_insert(next);
            let count = self.input.tree.nodes[*child].count.min(children.len() + 1);
            turns.extend(std::iter::repeat_n((place, line), count));
        }
        let choices = self.choices(&places, span);
        let (turn_of, complete) = if node.ordered { self.ordered(&choices, &turns, span) } else { (None, true) };
        let turn_of = turn_of.unwrap_or_else(|| unordered(&choices, &turns, children.len()));
        let mut spans_of = vec![Vec::new(); node.children.len()];
        for (child, turn) in children.iter().zip(&turn_of) {
            if let Some(turn) = turn {
                spans_of[turns[*turn].1].push(*child);
            }
        }
        let given = turn_of.iter().flatten().count();
        Assignment { spans_of, complete: complete && given == turns.len() }
    }

    /// Assigns the children in order of their start times, and returns whether every turn has a child.
    fn ordered(
        &self,
        choices: &[Vec<usize>],
        turns: &[(usize, usize)],
        span: usize,
    ) -> (Option<Vec<Option<usize>>>, bool) {
        let children = self.input.forest.children(span);
        let starts: Vec<u64> = children.iter().map(|child| self.span(*child).start).collect();
        let sequence: Vec<usize> = turns.iter().map(|(place, _)| *place).collect();
        let given = order::in_order(choices, &sequence, &starts);
        let complete = given.is_some();
        (given, complete)
    }

    /// Returns every difference between a line and a span, with the labels of this attempt.
    pub(crate) fn differences(&self, pattern: &Pattern, span: usize) -> Vec<Difference> {
        pattern.differences(self.span(span), &|label| self.resolver.resolve(label))
    }

    pub(crate) fn span(&self, position: usize) -> &'a Span {
        &self.input.trace.spans[position]
    }
}

/// Returns the turn of each thing without regard to order: each place gives its turns to its things one after the
/// other.
fn unordered(choices: &[Vec<usize>], turns: &[(usize, usize)], things: usize) -> Vec<Option<usize>> {
    let mut turns_of = vec![VecDeque::new(); choices.len()];
    for (turn, (place, _)) in turns.iter().enumerate() {
        turns_of[*place].push_back(turn);
    }
    let counts: Vec<usize> = turns_of.iter().map(VecDeque::len).collect();
    let places = assign(choices, &counts, things);
    places.into_iter().map(|place| place.and_then(|place| turns_of[place].pop_front())).collect()
}
