//! An index that finds the candidate spans of a line by service, kind and name, and by distinctive attributes.

use std::collections::{HashMap, HashSet};

use super::multimap::{Multimap, key};
use crate::{
    Expectation, Pattern, Span, Value,
    expect::{Clause, Condition, Test},
};

/// Below this number of lines or spans, comparing every span with the title of the line is faster than indexing
/// attributes.
const FEW: usize = 16;

/// An index of the spans of a trace.
#[derive(Debug)]
pub(super) struct Index<'a> {
    spans: Multimap,
    /// The keys of the indexed attributes; empty if the expectation has few lines.
    keys: HashSet<&'a str>,
}

/// Returns the attributes for which a line states a value (`key=JSON`).
fn stated(pattern: &Pattern) -> impl Iterator<Item = (&str, &Value)> {
    pattern.clauses.iter().filter_map(|clause| match clause {
        Clause::Attribute(Condition { key, test: Test::Equals(value) }) => Some((key.as_str(), value)),
        _ => None,
    })
}

/// Returns the keys that distinguish lines: at least [`FEW`] lines state a value other than the first one.
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

    /// Returns the key and the length of the shortest list that contains every span that can match the line. The list
    /// may contain other spans too.
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

    /// Returns the spans of a list.
    pub(super) fn list(&self, key: u64) -> impl Iterator<Item = usize> {
        self.spans.get(key)
    }
}
