//! The incarnations of parts: the processes that ran under one name, and what they counted together.

use std::collections::BTreeMap;

use crate::count::Count;
use crate::reading::Reading;

/// The incarnations of all parts of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Incarnations<C> {
    baseline: BTreeMap<String, Reading<C>>,
    ended: BTreeMap<String, C>,
}

impl<C> Default for Incarnations<C> {
    fn default() -> Self {
        Self { baseline: BTreeMap::new(), ended: BTreeMap::new() }
    }
}

impl<C: Count> Incarnations<C> {
    /// The parts as they are at the baseline.
    pub(crate) fn new(baseline: BTreeMap<String, Reading<C>>) -> Self {
        Self { baseline, ended: BTreeMap::new() }
    }

    /// Adds up an incarnation that has ended.
    pub(crate) fn close(&mut self, part: &str, last: &C) {
        let own = self.baseline.remove(part).map_or_else(|| last.clone(), |first| last.since(&first.count));
        let before = self.ended.remove(part).unwrap_or_default();
        self.ended.insert(part.to_owned(), before.plus(&own));
    }

    /// What every part counted since the baseline, over all its incarnations.
    pub(crate) fn deltas(
        &self,
        readings: &BTreeMap<String, Reading<C>>,
        restarted: &mut Vec<String>,
    ) -> BTreeMap<String, C> {
        let mut deltas = self.ended.clone();
        for (part, reading) in readings {
            let own = match self.baseline.get(part) {
                None => reading.count.clone(),
                Some(first) if first.instance == reading.instance => reading.count.since(&first.count),
                Some(_) => {
                    restarted.push(part.clone());
                    reading.count.clone()
                }
            };
            let before = deltas.remove(part).unwrap_or_default();
            deltas.insert(part.clone(), before.plus(&own));
        }
        deltas
    }
}
