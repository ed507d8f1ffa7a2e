//! A tail sampler that may have dropped a trace.

use std::fmt;

use serde::{Deserialize, Serialize};

use ledger::Total;

/// A tail sampler that may have dropped a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// The collector.
    pub at: String,
    /// How many traces it evicted before their decision.
    pub evicted: u64,
    /// How many traces its policies refused.
    pub refused: u64,
}

impl Suspect {
    /// The first tail sampler that evicted traces, or else the first that refused some.
    #[must_use]
    pub fn find(total: &Total) -> Option<Self> {
        let evicting = total.sampled.iter().find(|sampled| sampled.evicted > 0);
        let found = evicting.or_else(|| total.sampled.iter().find(|sampled| sampled.refused > 0))?;
        Some(Self { at: found.at.clone(), evicted: found.evicted, refused: found.refused })
    }
}

impl fmt::Display for Suspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, evicted, refused } = self;
        match evicted {
            0 => write!(f, "the policies of {at} refused {refused} traces"),
            _ => write!(f, "{at} pushed {evicted} traces out undecided"),
        }
    }
}
