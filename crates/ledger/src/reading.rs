//! One reading of the counters of one part.

use std::collections::BTreeSet;

/// What one part counted, and in which incarnation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading<C> {
    /// The process: `service.instance.id`; none where the part does not show it.
    pub instance: Option<String>,
    /// Its counts since it began.
    pub count: C,
    /// Metrics that the part must have and does not have: their counts are unknown, not 0.
    pub missing: BTreeSet<&'static str>,
    /// Metrics that the part does not have, which may mean that it has counted nothing.
    pub absent: BTreeSet<&'static str>,
}
