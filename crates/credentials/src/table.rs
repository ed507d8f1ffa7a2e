//! The table of compiled patterns, and the search for the few that can match a text.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::compiled::CompiledPattern;
use crate::patterns::{COUNT, patterns};
use crate::{names, words};

/// Compiles all expressions, which takes 0.2 s in a debug build. Call it at the start of a process; otherwise the first
/// text is delayed.
pub fn prepare() {
    names::prepare();
    LazyLock::force(&TABLE);
}

/// The patterns that can match a text, in order. For most texts there are none, and the only cost is one search for all
/// hints and a count of the digits.
pub(crate) fn candidates(text: &str) -> Vec<&'static CompiledPattern> {
    TABLE.candidates(text)
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

#[derive(Debug)]
struct Table {
    patterns: Vec<CompiledPattern>,
    /// The hints of all patterns.
    hints: AhoCorasick,
    /// For each hint: the indexes of its patterns.
    owners: Vec<Vec<usize>>,
    /// The least number of digits that a pattern requires.
    fewest_digits: usize,
}

impl Table {
    fn new() -> Self {
        let mut owners: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for (index, pattern) in patterns().enumerate() {
            for hint in pattern.all_hints() {
                owners.entry(hint).or_default().push(index);
            }
        }
        Self {
            patterns: patterns().map(CompiledPattern::new).collect(),
            hints: words::search(owners.keys().copied()),
            owners: owners.into_values().collect(),
            fewest_digits: patterns().filter_map(|pattern| pattern.digits).min().unwrap_or(usize::MAX),
        }
    }

    fn candidates(&self, text: &str) -> Vec<&CompiledPattern> {
        let (digits, is_hinted) = (self.digits(text), self.hints.is_match(text));
        if is_hinted { self.hinted(text, digits) } else { self.numeric(digits) }
    }

    /// The patterns that require no hint.
    fn numeric(&self, digits: usize) -> Vec<&CompiledPattern> {
        if digits < self.fewest_digits {
            return Vec::new();
        }
        self.patterns.iter().filter(|own| own.pattern.digits.is_some_and(|fewest| digits >= fewest)).collect()
    }

    fn hinted(&self, text: &str, digits: usize) -> Vec<&CompiledPattern> {
        let mut hinted = [false; COUNT];
        let hints = self.hints.find_overlapping_iter(text);
        hints.flat_map(|hint| &self.owners[hint.pattern()]).for_each(|index| hinted[*index] = true);
        let all = self.patterns.iter().zip(hinted);
        let matching = all.filter(|(own, is_hinted)| own.pattern.digits.map_or(*is_hinted, |fewest| digits >= fewest));
        matching.map(|(own, _)| own).collect()
    }

    /// The number of digits. It is not counted in texts that are too short for any pattern.
    fn digits(&self, text: &str) -> usize {
        if text.len() < self.fewest_digits { 0 } else { text.bytes().filter(u8::is_ascii_digit).count() }
    }
}
