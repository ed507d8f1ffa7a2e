//! A map from numbers to lists of numbers without one allocation per list.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

/// Marks the end of a list.
const END: usize = usize::MAX;

/// Lists by key; the entries of all lists are in one vector.
#[derive(Debug, Default)]
pub(super) struct Multimap {
    /// For each key, the index of its last entry and the number of its entries.
    lists: HashMap<u64, (usize, usize)>,
    /// Each entry: the value, and the index of the previous entry of the same list.
    entries: Vec<(usize, usize)>,
}

impl Multimap {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { lists: HashMap::with_capacity(capacity), entries: Vec::with_capacity(capacity) }
    }

    pub(super) fn insert(&mut self, key: u64, value: usize) {
        let (last, length) = self.lists.entry(key).or_insert((END, 0));
        self.entries.push((value, *last));
        (*last, *length) = (self.entries.len() - 1, *length + 1);
    }

    pub(super) fn len(&self, key: u64) -> usize {
        self.lists.get(&key).map_or(0, |(_, length)| *length)
    }

    /// Returns the values of a key, the most recent first.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = usize> {
        let mut next = self.lists.get(&key).map_or(END, |(last, _)| *last);
        std::iter::from_fn(move || {
            let (value, before) = *self.entries.get(next)?;
            next = before;
            Some(value)
        })
    }
}

/// Returns a hash. Different things rarely share one, but they can: compare what you find.
pub(super) fn key(thing: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_grow_side_by_side() {
        let mut map = Multimap::default();
        for (key, value) in [(1, 10), (2, 20), (1, 11), (1, 12)] {
            map.insert(key, value);
        }
        assert_eq!(map.get(1).collect::<Vec<_>>(), [12, 11, 10]);
        assert_eq!((map.len(1), map.len(2), map.len(3)), (3, 1, 0));
        assert_eq!(map.get(3).next(), None);
    }
}
