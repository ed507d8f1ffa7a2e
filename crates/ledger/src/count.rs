//! Counts of which differences and sums can be taken.

use std::collections::BTreeSet;

/// Counts of which differences and sums can be taken.
pub trait Count: Clone + Default {
    /// What was counted since `earlier`, in the same incarnation. A counter cannot go back: one that did is named in
    /// `went_back`, and its difference is 0.
    #[must_use]
    fn since(&self, earlier: &Self, went_back: &mut BTreeSet<&'static str>) -> Self;

    /// Both together.
    #[must_use]
    fn plus(&self, other: &Self) -> Self;
}

/// Combines the values of one metric in two counts.
pub(crate) type Combine<'a> = &'a mut dyn FnMut(&'static str, u64, u64) -> u64;

/// The difference of two values of a metric, which is named in `went_back` if there is none.
pub(crate) fn difference(went_back: &mut BTreeSet<&'static str>) -> impl FnMut(&'static str, u64, u64) -> u64 {
    |metric, now, earlier| {
        now.checked_sub(earlier).unwrap_or_else(|| {
            went_back.insert(metric);
            0
        })
    }
}

/// The sum of two values of a metric.
pub(crate) fn sum(_metric: &'static str, own: u64, other: u64) -> u64 {
    own.saturating_add(other)
}
