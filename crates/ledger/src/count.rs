//! Counts of which differences and sums can be taken.

/// Counts of which differences and sums can be taken.
pub trait Count: Clone + Default {
    /// What was counted since `earlier`, in the same incarnation.
    #[must_use]
    fn since(&self, earlier: &Self) -> Self;
    /// Both together.
    #[must_use]
    fn plus(&self, other: &Self) -> Self;
}
