//! A sweep: every counter read once.

use std::collections::BTreeMap;

use crate::collector_counts::CollectorCounts;
use crate::ended_span::EndedSpan;
use crate::reading::Reading;
use crate::service_counts::ServiceCounts;

/// All counters, read once.
#[derive(Debug, Clone, Default)]
pub struct Sweep {
    /// Every hop that could be read.
    pub hops: BTreeMap<String, Reading<CollectorCounts>>,
    /// Every service that could be read.
    pub services: BTreeMap<String, Reading<ServiceCounts>>,
    /// The latest spans that each service ended.
    pub ended: BTreeMap<String, Vec<EndedSpan>>,
}

impl Sweep {
    /// Whether no span has moved since another sweep. A sampler's rounds go on without any.
    #[must_use]
    pub fn counts_as(&self, earlier: &Self) -> bool {
        let hops = |sweep: &Self| -> BTreeMap<String, Reading<CollectorCounts>> {
            let untimed = |reading: &Reading<CollectorCounts>| Reading {
                count: CollectorCounts { tail: None, ..reading.count.clone() },
                ..reading.clone()
            };
            sweep.hops.iter().map(|(name, reading)| (name.clone(), untimed(reading))).collect()
        };
        self.services == earlier.services && hops(self) == hops(earlier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tail_sampler_counts::TailSamplerCounts;

    fn sweep(accepted: u64, rounds: u64, instance: &str) -> Sweep {
        let tail = Some(TailSamplerCounts { rounds, ..TailSamplerCounts::default() });
        let reading = Reading {
            instance: Some(instance.to_owned()),
            count: CollectorCounts { accepted, tail, ..CollectorCounts::default() },
            ..Reading::default()
        };
        Sweep { hops: BTreeMap::from([("gateway".to_owned(), reading)]), ..Sweep::default() }
    }

    #[test]
    fn a_span_that_moved_is_seen_and_time_that_passed_is_not() {
        assert!(sweep(3, 7, "one").counts_as(&sweep(3, 6, "one")));
        assert!(!sweep(3, 7, "one").counts_as(&sweep(2, 7, "one")), "it was on its way while the earlier one was read");
        assert!(!sweep(3, 7, "two").counts_as(&sweep(3, 7, "one")), "a new process has other counts");
    }
}
