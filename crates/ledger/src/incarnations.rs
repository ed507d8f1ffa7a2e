//! The incarnations of parts: the processes that ran under one name, and what they counted together.

use std::collections::{BTreeMap, BTreeSet};

use crate::count::Count;
use crate::ledger_finding::LedgerFinding;
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

    /// Adds up an incarnation that has ended, with its last reading and its final counts.
    pub(crate) fn close(&mut self, part: &str, last: &Reading<C>, end: &C, gaps: &mut Vec<LedgerFinding>) {
        let mut went_back = BTreeSet::new();
        // Only for what went back between the last reading and the end.
        let _rest = end.since(&last.count, &mut went_back);
        gaps.extend(went_back.into_iter().map(|metric| LedgerFinding::counter_went_back(part, metric)));
        let end = Reading { count: end.clone(), ..last.clone() };
        let counted = own_count(part, self.baseline.remove(part).as_ref(), &end, gaps);
        let before = self.ended.remove(part).unwrap_or_default();
        self.ended.insert(part.to_owned(), before.plus(&counted));
    }

    /// What every part counted since the baseline, over all its incarnations; why its counters are short evidence goes to
    /// `gaps`.
    pub(crate) fn deltas(
        &self,
        readings: &BTreeMap<String, Reading<C>>,
        gaps: &mut Vec<LedgerFinding>,
    ) -> BTreeMap<String, C> {
        let mut deltas = self.ended.clone();
        for (part, reading) in readings {
            let counted = own_count(part, self.baseline.get(part), reading, gaps);
            let before = deltas.remove(part).unwrap_or_default();
            deltas.insert(part.clone(), before.plus(&counted));
        }
        deltas
    }
}

/// What the incarnation that was read has counted since the baseline.
fn own_count<C: Count>(
    part: &str,
    first: Option<&Reading<C>>,
    reading: &Reading<C>,
    gaps: &mut Vec<LedgerFinding>,
) -> C {
    gaps.extend(reading.missing.iter().map(|metric| LedgerFinding::counter_missing(part, metric)));
    if reading.instance.is_none() {
        gaps.push(LedgerFinding::InstanceUnknown { part: part.to_owned() });
    }
    let Some(first) = first else {
        return reading.count.clone();
    };
    if first.instance.is_some() && reading.instance.is_some() && first.instance != reading.instance {
        gaps.push(LedgerFinding::Restarted { part: part.to_owned() });
        return reading.count.clone();
    }
    let mut went_back = BTreeSet::new();
    let counted = reading.count.since(&first.count, &mut went_back);
    gaps.extend(went_back.into_iter().map(|metric| LedgerFinding::counter_went_back(part, metric)));
    counted
}
