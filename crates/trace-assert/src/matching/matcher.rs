//! Which spans match which lines with all that is below them.

use std::collections::{HashMap, VecDeque};

use super::{
    Difference, Resolver, assign,
    classes::{Class, Classes},
    few::Few,
    index::Index,
    order,
};
use crate::{Expectation, Forest, Pattern, Span, Trace};

/// What is matched, and where labels point to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input<'a> {
    pub(crate) tree: &'a Expectation,
    pub(crate) trace: &'a Trace,
    pub(crate) forest: &'a Forest,
    pub(crate) classes: &'a Classes,
}

/// Which children of a span were given to which lines.
#[derive(Debug)]
pub(crate) struct Assignment {
    /// The spans of each line, in order of their start.
    pub(crate) spans_of: Vec<Vec<usize>>,
    /// Whether every line has all its spans, in the order that it asks for.
    pub(crate) complete: bool,
}

/// The spans that match each class of lines, found from the leaves up.
#[derive(Debug)]
pub(crate) struct Matcher<'a> {
    pub(crate) input: Input<'a>,
    pub(crate) resolver: Resolver<'a>,
    /// The spans of all classes, those of the first class first, each in order of position.
    spans_of: Vec<usize>,
    /// Where in `spans_of` those of each class end.
    ends: Vec<usize>,
    /// For each span its classes.
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

    /// Whether a span, with all that is below it, matches a line with all that is below it.
    pub(crate) fn matches(&self, node: usize, span: usize) -> bool {
        self.classes_of[span].contains(self.input.classes.of_node[node])
    }

    /// The spans that match a line with all that is below it, wherever they are.
    pub(crate) fn matching(&self, node: usize) -> &[usize] {
        self.of_class(self.input.classes.of_node[node])
    }

    fn of_class(&self, class: usize) -> &[usize] {
        let start = if class == 0 { 0 } else { self.ends[class - 1] };
        &self.spans_of[start..self.ends[class]]
    }

    /// The spans of the shortest list known to hold all that match: by the line, or the parents of a child's.
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

    /// Whether giving each child of a span to the first line that wants it happens to serve all lines.
    fn greed_suffices(&self, class: &Class, ordered: bool, span: usize) -> bool {
        if ordered {
            return false;
        }
        let mut wanted: Vec<usize> = class.children.iter().map(|(_, count)| *count).collect();
        let mut missing = class.total;
        for child in self.input.forest.children(span) {
            // Unless they are ordered, the children of a class are sorted by their own class.
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

    /// For each of these classes, which of a span's children match it.
    fn choices(&self, places: &HashMap<usize, usize>, span: usize) -> Vec<Vec<usize>> {
        let mut choices = vec![Vec::new(); places.len()];
        for (position, child) in self.input.forest.children(span).iter().enumerate() {
            for place in self.classes_of[*child].iter().filter_map(|class| places.get(&class)) {
                choices[*place].push(position);
            }
        }
        choices
    }

    /// Gives the children of a span to the lines below a node, as far as they match completely.
    pub(crate) fn assignment(&self, node: usize, span: usize) -> Assignment {
        let node = &self.input.tree.nodes[node];
        let children = self.input.forest.children(span);
        // Equal lines share a place, so that a thousand of them cost no more than a count of a thousand.
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

    /// Everything in which a span differs from a line, labels resolved.
    pub(crate) fn differences(&self, pattern: &Pattern, span: usize) -> Vec<Difference> {
        pattern.differences(self.span(span), &|label| self.resolver.resolve(label))
    }

    pub(crate) fn span(&self, position: usize) -> &'a Span {
        &self.input.trace.spans[position]
    }
}

/// For each thing its turn, whatever the order: equal places give their turns to their things one after the other.
fn unordered(choices: &[Vec<usize>], turns: &[(usize, usize)], things: usize) -> Vec<Option<usize>> {
    let mut turns_of = vec![VecDeque::new(); choices.len()];
    for (turn, (place, _)) in turns.iter().enumerate() {
        turns_of[*place].push_back(turn);
    }
    let counts: Vec<usize> = turns_of.iter().map(VecDeque::len).collect();
    let places = assign(choices, &counts, things);
    places.into_iter().map(|place| place.and_then(|place| turns_of[place].pop_front())).collect()
}
