//! A sweep: every part read once.

use std::collections::{BTreeMap, BTreeSet};

use crate::collector_counts::CollectorCounts;
use crate::ended_span::EndedSpan;
use crate::reading::Reading;
use crate::service_counts::ServiceCounts;

/// Every part that could be read.
#[derive(Debug, Clone, Default)]
pub struct Sweep(pub BTreeMap<String, Reading>);

impl Sweep {
    /// Whether no span has moved since another sweep. A tail sampler's rounds go on without any.
    #[must_use]
    pub fn has_same_counts_as(&self, earlier: &Self) -> bool {
        let counts = |sweep: &Self| -> Vec<_> {
            let part = |(name, reading): (&String, &Reading)| {
                let collector = CollectorCounts { tail: None, ..CollectorCounts::new(&reading.counters) };
                (name.clone(), reading.instance.clone(), ServiceCounts::new(&reading.counters), collector)
            };
            sweep.0.iter().map(part).collect()
        };
        counts(self) == counts(earlier)
    }

    /// The latest spans that the services ended.
    #[must_use]
    pub fn ended(&self) -> BTreeSet<EndedSpan> {
        self.0.values().flat_map(|reading| &reading.ended).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counters::Counters;

    fn sweep(accepted: u64, rounds: u64, instance: &str) -> Sweep {
        let text = format!(
            "target_info{{service_instance_id=\"{instance}\"}} 1\notelcol_receiver_accepted_spans {accepted}\n\
             otelcol_processor_tail_sampling_sampling_decision_timer_latency_count {rounds}\n"
        );
        let reading = Reading::of_collector(Counters::parse(&text).unwrap());
        Sweep(BTreeMap::from([("gateway".to_owned(), reading)]))
    }

    #[test]
    fn a_span_that_moved_is_seen_and_time_that_passed_is_not() {
        assert!(sweep(3, 7, "one").has_same_counts_as(&sweep(3, 6, "one")));
        assert!(
            !sweep(3, 7, "one").has_same_counts_as(&sweep(2, 7, "one")),
            "it was on its way while the earlier one was read"
        );
        assert!(!sweep(3, 7, "two").has_same_counts_as(&sweep(3, 7, "one")), "a new process has other counts");
    }
}
