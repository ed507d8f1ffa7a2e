//! What a tail sampler did with a run's spans, once it has decided about all of them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::collector_counts::CollectorCounts;
use crate::list::counted;
use crate::tail_sampler_counts::{Policy, TailSamplerCounts};

/// The decisions of one tail sampler, in traces, and what they meant in spans.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Sampled {
    /// The collector.
    pub at: String,
    /// Traces that a policy sampled.
    pub kept: u64,
    /// Traces that no policy sampled.
    pub refused: u64,
    /// Traces that were evicted before their decision: too many waited.
    pub evicted: u64,
    /// Traces that came again after that, and were judged without the evicted spans.
    pub came_again: u64,
    /// Spans of dropped traces, late ones as well.
    pub spans_refused: u64,
    /// Spans that were evicted.
    pub spans_evicted: u64,
    /// Spans that came after the decision, and that their trace's decision let through.
    pub late_kept: u64,
    /// Spans that came after the decision, and that it dropped.
    pub late_refused: u64,
    /// What each policy decided.
    pub policies: BTreeMap<String, Policy>,
}

impl Sampled {
    /// The decisions of a hop, if it has a tail sampler.
    #[must_use]
    pub fn new(name: &str, hop: &CollectorCounts) -> Option<Self> {
        let tail = hop.tail.as_ref()?;
        let spans_evicted = evicted(hop, tail);
        Some(Self {
            at: name.to_owned(),
            kept: tail.kept,
            refused: tail.refused,
            evicted: tail.evicted,
            came_again: tail.undecided(),
            spans_refused: hop.removed() - spans_evicted,
            spans_evicted,
            late_kept: tail.late_kept,
            late_refused: tail.late_refused,
            policies: tail.policies.clone(),
        })
    }

    /// Whether every trace that it did not keep was judged: then each absent trace was dropped by its policies.
    #[must_use]
    pub fn decided_all(&self) -> bool {
        self.evicted == 0 && self.came_again == 0
    }

    /// The policies that judged every trace; a trace is dropped only if each of these drops it.
    #[must_use]
    pub fn policies_for_every_trace(&self) -> Vec<&str> {
        let always = |policy: &Policy| policy.wanted + policy.refused == self.kept + self.refused;
        self.policies.iter().filter(|(_, policy)| always(policy)).map(|(name, _)| name.as_str()).collect()
    }
}

/// `kept 3 of 4 traces (errors 1, slow 2)`: what it decided, and how many traces each policy sampled.
impl fmt::Display for Sampled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kept, refused, evicted, came_again, late_kept, late_refused, .. } = self;
        let policies = self.policies.iter().map(|(name, policy)| format!("{name} {}", policy.wanted));
        let policies = policies.collect::<Vec<_>>().join(", ");
        let policies = if policies.is_empty() { "no policy was evaluated" } else { &policies };
        write!(f, "kept {kept} of {} ({policies})", counted(kept + refused, "trace"))?;
        // Without an eviction, none came again: those are still undecided.
        let came_again = came_again.min(evicted);
        for (count, what) in [(evicted, "evicted undecided"), (came_again, "decided without evicted spans")] {
            if *count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        if late_kept + late_refused > 0 {
            write!(f, "; late spans: {late_kept} kept, {late_refused} dropped")?;
        }
        Ok(())
    }
}

/// Spans that were evicted: those that no policy got and that were not late.
fn evicted(hop: &CollectorCounts, tail: &TailSamplerCounts) -> u64 {
    if tail.evicted == 0 && tail.undecided() == 0 {
        return 0;
    }
    // Every policy gets every trace, unless its decision is not needed.
    let judged = tail.policies.values().map(|policy| policy.spans).max().unwrap_or(0);
    hop.accepted.saturating_sub(judged + tail.late_kept + tail.late_refused).min(hop.removed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(wanted: u64, refused: u64, spans: u64) -> Policy {
        Policy { wanted, refused, spans }
    }

    /// Ten spans: four were judged and kept, three judged and refused, one late for each; one was evicted.
    fn hop(evicted: u64) -> CollectorCounts {
        let policies = BTreeMap::from([("errors".into(), policy(0, 2, 7)), ("slow".into(), policy(1, 1, 7))]);
        let tail = TailSamplerCounts {
            received: 2 + evicted,
            kept: 1,
            refused: 1,
            evicted,
            let_through: 5,
            late_kept: 1,
            late_refused: 1,
            policies,
            ..TailSamplerCounts::default()
        };
        CollectorCounts { accepted: 10, tail: Some(tail), ..CollectorCounts::default() }
    }

    #[test]
    fn what_was_removed_is_told_apart() {
        let sampled = Sampled::new("gateway", &hop(1)).unwrap();
        assert_eq!((sampled.spans_refused, sampled.spans_evicted), (4, 1));
        assert!(!sampled.decided_all());
        assert_eq!(sampled.policies_for_every_trace(), ["errors", "slow"]);
    }

    #[test]
    fn decisions_are_printed_for_each_policy() {
        let sampled = Sampled::new("gateway", &hop(0)).unwrap();
        assert_eq!(sampled.to_string(), "kept 1 of 2 traces (errors 0, slow 1); late spans: 1 kept, 1 dropped");
        let crowded = Sampled { kept: 3, refused: 1, evicted: 5, ..Sampled::default() };
        assert_eq!(crowded.to_string(), "kept 3 of 4 traces (no policy was evaluated), 5 evicted undecided");
    }

    #[test]
    fn without_an_eviction_all_that_was_removed_was_refused() {
        let sampled = Sampled::new("gateway", &hop(0)).unwrap();
        assert_eq!((sampled.spans_refused, sampled.spans_evicted, sampled.decided_all()), (5, 0, true));
        assert_eq!(Sampled::new("agent", &CollectorCounts::default()), None);
    }
}
