//! Which spans could be meant by a line: found by service, kind and name, and by rare attributes.

use std::collections::{HashMap, HashSet};

use super::multimap::{Multimap, key};
use crate::{
    Expectation, Pattern, Span, Value,
    expect::{Clause, Condition, Test},
};

/// With fewer lines than this, looking at every span of the right name is quicker than indexing attributes.
const FEW: usize = 16;

/// The spans of a trace by what lines ask for.
#[derive(Debug)]
pub(super) struct Index<'a> {
    spans: Multimap,
    /// The keys of attributes by which spans are found; none if there are few lines.
    keys: HashSet<&'a str>,
}

/// The attributes whose value a line states.
fn stated(pattern: &Pattern) -> impl Iterator<Item = (&str, &Value)> {
    pattern.clauses.iter().filter_map(|clause| match clause {
        Clause::Attribute(Condition { key, test: Test::Equals(value) }) => Some((key.as_str(), value)),
        _ => None,
    })
}

/// The attributes that tell lines apart: those of which lines state many values.
fn telling(tree: &Expectation) -> HashSet<&str> {
    let mut seen: HashMap<&str, (&Value, usize)> = HashMap::new();
    for (key, value) in tree.patterns().flat_map(stated) {
        let (first, others) = seen.entry(key).or_insert((value, 0));
        *others += usize::from(*first != value);
    }
    seen.into_iter().filter(|(_, (_, others))| *others >= FEW).map(|(key, _)| key).collect()
}

impl<'a> Index<'a> {
    pub(super) fn new(tree: &'a Expectation, spans: &'a [Span], classes: usize) -> Self {
        let keys = if classes > FEW { telling(tree) } else { HashSet::new() };
        let mut index = Self { spans: Multimap::with_capacity(spans.len()), keys };
        for (position, span) in spans.iter().enumerate() {
            index.spans.insert(key((span.service(), span.kind, &span.name)), position);
            if index.keys.is_empty() {
                continue;
            }
            for attribute in &span.attributes {
                if index.keys.contains(attribute.0.as_str()) {
                    index.spans.insert(key(attribute), position);
                }
            }
        }
        index
    }

    /// The shortest list that holds every span that the line can mean, and perhaps others: its key and its length.
    pub(super) fn shortest(&self, pattern: &Pattern) -> (u64, usize) {
        let title = key((pattern.service(), pattern.kind(), pattern.name()));
        let mut shortest = (title, self.spans.len(title));
        if shortest.1 < FEW || self.keys.is_empty() {
            return shortest;
        }
        for attribute in stated(pattern).filter(|(key, _)| self.keys.contains(key)).map(key) {
            let length = self.spans.len(attribute);
            if length < shortest.1 {
                shortest = (attribute, length);
            }
        }
        shortest
    }

    /// The spans of a list.
    pub(super) fn list(&self, key: u64) -> impl Iterator<Item = usize> {
        self.spans.get(key)
    }
}
