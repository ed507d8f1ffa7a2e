//! What a finding of the ledger means for the verdict of a run.

/// What a finding means for the verdict, in increasing order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Counters are missing, decreased or were lost: nothing is refuted, and nothing is proved.
    IncompleteCounters,
    /// The finding refutes what the run should prove.
    Refutes,
    /// A part did not show its counters.
    NotReady,
}
