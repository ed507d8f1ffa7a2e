//! The matcher: which spans match which lines, both with their subtrees.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, Hash},
};

use smallvec::SmallVec;

use super::{
    assignment::{assign, assign_in_order},
    classes::{Class, Classes},
    difference::Difference,
};
use crate::{
    expect::{Clause, Condition, Expectation, LabelBindings, Node, Pattern, Test},
    model::{Forest, Span, Trace, Value},
};

/// Ascending numbers, almost always one or none.
type SmallSet = SmallVec<[usize; 2]>;

/// The input of a match.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input<'a> {
    pub(crate) tree: &'a Expectation,
    pub(crate) trace: &'a Trace,
    pub(crate) forest: &'a Forest,
    pub(crate) classes: &'a Classes,
}

/// The assignment of a span's children to the lines below a line.
#[derive(Debug)]
pub(crate) struct ChildAssignment {
    /// The spans of each line, sorted by start time.
    pub(crate) spans_of: Vec<Vec<usize>>,
    /// True if every line has all its spans, in the required order.
    pub(crate) complete: bool,
}

/// The spans that match each class of lines, computed from the leaves up.
#[derive(Debug)]
pub(crate) struct Matcher<'a> {
    pub(crate) input: Input<'a>,
    pub(crate) bindings: LabelBindings<'a>,
    /// The matching spans of all classes in one list, class by class, each part sorted by position.
    spans_of: Vec<usize>,
    /// For each class, the end of its part of `spans_of`.
    ends: Vec<usize>,
    /// For each span, the classes that it matches.
    classes_of: Vec<SmallSet>,
}

impl<'a> Matcher<'a> {
    /// Finds the spans that match each class.
    pub(crate) fn new(input: Input<'a>, bindings: LabelBindings<'a>) -> Self {
        let spans = &input.trace.spans;
        let index = SpanIndex::new(input.tree, spans, input.classes.list.len());
        let classes_of = vec![SmallSet::new(); spans.len()];
        let mut matcher = Self { input, bindings, spans_of: Vec::new(), ends: Vec::new(), classes_of };
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

    /// Returns whether the trace has one root and matches the tree.
    pub(crate) fn is_match(&self) -> bool {
        match self.input.forest.roots() {
            [] => self.input.tree.nodes.is_empty(),
            [root] => !self.input.tree.nodes.is_empty() && self.matches(0, root.span),
            _ => false,
        }
    }

    /// Returns whether a span and its subtree match a line and its subtree.
    pub(crate) fn matches(&self, line: usize, span: usize) -> bool {
        self.classes_of[span].binary_search(&self.input.classes.of_line[line]).is_ok()
    }

    /// Returns the positions of all spans that match a line with its subtree, at any place in the trace.
    pub(crate) fn matching(&self, line: usize) -> &[usize] {
        self.of_class(self.input.classes.of_line[line])
    }

    /// Returns every difference between a line and a span, with the labels of this attempt.
    pub(crate) fn differences(&self, line: usize, span: usize) -> Vec<Difference> {
        self.node(line).pattern.differences(self.span(span), &self.bindings)
    }

    /// Returns the line at this index of the tree.
    pub(crate) fn node(&self, line: usize) -> &'a Node {
        &self.input.tree.nodes[line]
    }

    /// Returns the span at this position of the trace.
    pub(crate) fn span(&self, position: usize) -> &'a Span {
        &self.input.trace.spans[position]
    }

    fn of_class(&self, class: usize) -> &[usize] {
        let start = if class == 0 { 0 } else { self.ends[class - 1] };
        &self.spans_of[start..self.ends[class]]
    }

    /// Finds the candidates of a class: the shortest list that contains every match. It is a list of the index, or
    /// the parents of the spans that match a child.
    fn find_candidates(&self, class: &Class, index: &SpanIndex<'_>, found: &mut Vec<usize>) {
        let indexed = index.shortest(&self.node(class.line).pattern);
        let below = class.children.iter().map(|(child, _)| self.of_class(*child)).min_by_key(|spans| spans.len());
        match below {
            Some(below) if below.len() < indexed.len() => {
                found.extend(below.iter().filter_map(|span| self.input.forest.parent(*span)));
            }
            _ => found.extend(indexed),
        }
        found.sort_unstable();
        found.dedup();
    }

    /// Returns whether a span and its subtree match a class; the classes of the children must be computed.
    fn fits(&self, class: &Class, span: usize) -> bool {
        let node = self.node(class.line);
        let children = self.input.forest.children(span).len();
        let number_fits = if node.open { children >= class.total } else { children == class.total };
        number_fits
            && self.bindings.allows(node.pattern.label(), span)
            && node.pattern.fits(self.span(span), &self.bindings)
            && (class.total == 0
                || (!node.ordered && self.greed_suffices(class, span))
                || self.assignment(class.line, span).complete)
    }

    /// Returns whether assigning each child of a span to the first line that still needs it serves all lines, where
    /// order does not matter.
    fn greed_suffices(&self, class: &Class, span: usize) -> bool {
        let mut needed: Vec<usize> = class.children.iter().map(|(_, count)| *count).collect();
        let mut missing = class.total;
        for child in self.input.forest.children(span) {
            // The binary search is valid: the children of a class that is not ordered are sorted by class.
            let places = self.classes_of[*child].iter();
            let mut places =
                places.filter_map(|class_of| class.children.binary_search_by_key(class_of, |(class, _)| *class).ok());
            if let Some(place) = places.find(|place| needed[*place] > 0) {
                needed[place] -= 1;
                missing -= 1;
            }
        }
        missing == 0
    }

    /// Assigns the children of a span to the lines below a line, as far as they match with their subtrees.
    pub(crate) fn assignment(&self, line: usize, span: usize) -> ChildAssignment {
        let node = self.node(line);
        let children = self.input.forest.children(span);
        // Equal lines share a place, so a thousand of them cost no more than one line with a count of a thousand.
        let mut places: HashMap<usize, usize> = HashMap::new();
        // For each span that is needed: its place, and the index of its line.
        let mut turns: Vec<(usize, usize)> = Vec::new();
        for (index, child) in node.children.iter().enumerate() {
            let next = places.len();
            let place = *places.entry(self.input.classes.of_line[*child]).or_insert(next);
            let count = self.node(*child).count.min(children.len() + 1);
            turns.extend(std::iter::repeat_n((place, index), count));
        }
        let choices = self.choices(&places, span);
        let ordered = if node.ordered { self.turns_in_order(&choices, &turns, span) } else { None };
        let in_order = !node.ordered || ordered.is_some();
        let turn_of = ordered.unwrap_or_else(|| turns_in_any_order(&choices, &turns, children.len()));
        let mut spans_of = vec![Vec::new(); node.children.len()];
        for (child, turn) in children.iter().zip(&turn_of) {
            if let Some(turn) = turn {
                spans_of[turns[*turn].1].push(*child);
            }
        }
        let assigned = turn_of.iter().flatten().count();
        ChildAssignment { spans_of, complete: in_order && assigned == turns.len() }
    }

    /// For each place, given by its class, returns the children of a span that match it.
    fn choices(&self, places: &HashMap<usize, usize>, span: usize) -> Vec<Vec<usize>> {
        let mut choices = vec![Vec::new(); places.len()];
        for (position, child) in self.input.forest.children(span).iter().enumerate() {
            for place in self.classes_of[*child].iter().filter_map(|class| places.get(class)) {
                choices[*place].push(position);
            }
        }
        choices
    }

    /// Returns the turn of each child if the children serve all turns in the order of their start times.
    fn turns_in_order(
        &self,
        choices: &[Vec<usize>],
        turns: &[(usize, usize)],
        span: usize,
    ) -> Option<Vec<Option<usize>>> {
        let children = self.input.forest.children(span);
        let starts: Vec<u64> = children.iter().map(|child| self.span(*child).start).collect();
        let sequence: Vec<usize> = turns.iter().map(|(place, _)| *place).collect();
        assign_in_order(choices, &sequence, &starts)
    }
}

/// Returns the turn of each child without regard to order: each place gives its turns to its children one after the
/// other.
fn turns_in_any_order(choices: &[Vec<usize>], turns: &[(usize, usize)], children: usize) -> Vec<Option<usize>> {
    let mut turns_of = vec![VecDeque::new(); choices.len()];
    for (turn, (place, _)) in turns.iter().enumerate() {
        turns_of[*place].push_back(turn);
    }
    let counts: Vec<usize> = turns_of.iter().map(VecDeque::len).collect();
    let places = assign(choices, &counts, children);
    places.into_iter().map(|place| place.and_then(|place| turns_of[place].pop_front())).collect()
}

/// Below this number of lines or spans, comparing every span with the title of the line is faster than indexing
/// attributes.
const INDEXED_FROM: usize = 16;

/// Lists of spans that have the title or an attribute in common, from which a line takes its candidates.
#[derive(Debug)]
struct SpanIndex<'a> {
    lists: Vec<SmallSet>,
    /// The index of a list by the hash of what its spans have in common. Different things rarely share a hash, but they
    /// can.
    by_hash: HashMap<u64, usize>,
    /// The keys of the indexed attributes; empty if the expectation has few lines.
    attributes: Vec<&'a str>,
}

impl<'a> SpanIndex<'a> {
    fn new(tree: &'a Expectation, spans: &[Span], classes: usize) -> Self {
        let attributes = if classes > INDEXED_FROM { distinguishing_attributes(tree) } else { Vec::new() };
        let mut index =
            Self { lists: Vec::with_capacity(spans.len()), by_hash: HashMap::with_capacity(spans.len()), attributes };
        for (position, span) in spans.iter().enumerate() {
            index.add(span.title_key(), position);
            if index.attributes.is_empty() {
                continue;
            }
            for (key, value) in &span.attributes {
                if index.attributes.contains(&key.as_str()) {
                    index.add((key.as_str(), value), position);
                }
            }
        }
        index
    }

    fn add(&mut self, common: impl Hash, position: usize) {
        let hash = self.by_hash.hasher().hash_one(common);
        let list = *self.by_hash.entry(hash).or_insert(self.lists.len());
        if list == self.lists.len() {
            self.lists.push(SmallSet::new());
        }
        self.lists[list].push(position);
    }

    fn list(&self, common: impl Hash) -> &[usize] {
        let hash = self.by_hash.hasher().hash_one(common);
        self.by_hash.get(&hash).map_or(&[], |list| self.lists[*list].as_slice())
    }

    /// Returns the shortest list that contains every span that can match the line. It may contain other spans too.
    fn shortest(&self, pattern: &Pattern) -> &[usize] {
        let of_title = self.list(pattern.title_key());
        if of_title.len() < INDEXED_FROM || self.attributes.is_empty() {
            return of_title;
        }
        let indexed = expected_values(pattern).filter(|(key, _)| self.attributes.contains(key));
        let lists = std::iter::once(of_title).chain(indexed.map(|attribute| self.list(attribute)));
        lists.min_by_key(|list| list.len()).unwrap_or_default()
    }
}

/// Returns the keys of attributes that distinguish lines: at least [`INDEXED_FROM`] lines expect a value other than
/// the first one.
fn distinguishing_attributes(tree: &Expectation) -> Vec<&str> {
    let mut seen: HashMap<&str, (&Value, usize)> = HashMap::new();
    for (key, value) in tree.patterns().flat_map(expected_values) {
        let (first, others) = seen.entry(key).or_insert((value, 0));
        *others += usize::from(*first != value);
    }
    seen.into_iter().filter(|(_, (_, others))| *others >= INDEXED_FROM).map(|(key, _)| key).collect()
}

/// Returns the attributes for which a line expects a value (`key=JSON`).
fn expected_values(pattern: &Pattern) -> impl Iterator<Item = (&str, &Value)> {
    pattern.clauses.iter().filter_map(|clause| match clause {
        Clause::Attribute(Condition { key, test: Test::Equals(value) }) => Some((key.as_str(), value)),
        _ => None,
    })
}
