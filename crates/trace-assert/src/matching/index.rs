//! Which spans could be meant by a line: found by service, kind and name, and by rare attributes.

use std::collections::{HashMap, HashSet};

use crate::{
    Expectation, Kind, Pattern, Span, Value,
    expect::{Clause, Condition, Test},
};

/// With fewer lines than this, looking at every span of the right name is quicker than indexing attributes.
const FEW: usize = 16;

/// The spans of a trace by what lines ask for.
#[derive(Debug)]
pub(super) struct Index<'a> {
    titles: HashMap<(&'a str, Kind, &'a str), Vec<usize>>,
    attributes: HashMap<(&'a str, &'a Value), Vec<usize>>,
    /// The keys that `attributes` has.
    keys: HashSet<&'a str>,
}

/// The attributes whose value a line states.
fn stated(pattern: &Pattern) -> impl Iterator<Item = (&str, &Value)> {
    pattern.clauses.iter().filter_map(|clause| match clause {
        Clause::Attribute(Condition {
            key,
            test: Test::Equals(value),
        }) => Some((key.as_str(), value)),
        _ => None,
    })
}

impl<'a> Index<'a> {
    pub(super) fn new(tree: &'a Expectation, spans: &'a [Span], classes: usize) -> Self {
        let mut index = Self {
            titles: HashMap::new(),
            attributes: HashMap::new(),
            keys: HashSet::new(),
        };
        if classes > FEW {
            index.keys = tree.patterns().flat_map(stated).map(|(key, _)| key).collect();
        }
        for (position, span) in spans.iter().enumerate() {
            index
                .titles
                .entry((span.service(), span.kind, &span.name))
                .or_default()
                .push(position);
            if index.keys.is_empty() {
                continue;
            }
            for (key, value) in &span.attributes {
                if index.keys.contains(key.as_str()) {
                    index.attributes.entry((key, value)).or_default().push(position);
                }
            }
        }
        index
    }

    /// A list that holds every span that the line can mean, and perhaps others.
    pub(super) fn candidates<'b>(&'b self, pattern: &'b Pattern) -> &'b [usize] {
        let title = (pattern.service(), pattern.kind(), pattern.name());
        let mut fewest: &[usize] = self.titles.get(&title).map_or(&[], Vec::as_slice);
        if fewest.len() < FEW || self.keys.is_empty() {
            return fewest;
        }
        for attribute in stated(pattern) {
            let found = self.attributes.get(&attribute).map_or(&[][..], Vec::as_slice);
            if found.len() < fewest.len() {
                fewest = found;
            }
        }
        fewest
    }
}
