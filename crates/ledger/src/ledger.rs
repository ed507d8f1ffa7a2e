//! The ledger: the baseline, the incarnations of parts that were stopped, and the deltas since the baseline.

use std::collections::BTreeSet;

use crate::collector_counts::CollectorCounts;
use crate::counter_deltas::CounterDeltas;
use crate::incarnations::Incarnations;
use crate::service_counts::ServiceCounts;
use crate::shutdown_report::ShutdownReport;
use crate::sweep::Sweep;

/// Baseline, and what was counted in incarnations that have ended.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    hops: Incarnations<CollectorCounts>,
    services: Incarnations<ServiceCounts>,
    chain: Vec<String>,
    /// Receivers of the messages that `lab` itself published.
    pub published: u64,
    /// Parts that are dead on purpose.
    pub dead: BTreeSet<String>,
    /// Services that were told to end under way and sent no shutdown report: what they had counted is unknown.
    pub silent: BTreeSet<String>,
}

impl Ledger {
    /// Opens the ledger at a sweep.
    #[must_use]
    pub fn new(baseline: &Sweep, chain: &[String]) -> Self {
        Self {
            hops: Incarnations::new(baseline.hops.clone()),
            services: Incarnations::new(baseline.services.clone()),
            chain: chain.to_vec(),
            published: 0,
            dead: BTreeSet::new(),
            silent: BTreeSet::new(),
        }
    }

    /// Writes down the last counts of a part whose process is about to end, or has ended.
    pub fn close(&mut self, part: &str, last: &Sweep, report: Option<&ShutdownReport>) {
        if let Some(reading) = last.hops.get(part) {
            self.hops.close(part, &reading.count);
        }
        if let Some(reading) = last.services.get(part) {
            let count = report
                .map_or_else(|| reading.count.clone(), |report| ServiceCounts::at_shutdown(report, &reading.count));
            self.services.close(part, &count);
        }
        self.dead.insert(part.to_owned());
    }

    /// Notes that a part was started again: its counters begin at zero.
    pub fn reopen(&mut self, part: &str) {
        self.dead.remove(part);
    }

    /// What was counted since the baseline.
    #[must_use]
    pub fn deltas(&self, sweep: &Sweep) -> CounterDeltas {
        let mut restarted = Vec::new();
        let hops = self.hops.deltas(&sweep.hops, &mut restarted);
        let services = self.services.deltas(&sweep.services, &mut restarted);
        let chain = self.chain.iter().map(|hop| (hop.clone(), hops.get(hop).cloned().unwrap_or_default())).collect();
        CounterDeltas { services, hops: chain, published: self.published, restarted, silent: self.silent.clone() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::reading::Reading;

    fn sweep(instance: &str, ended: u64) -> Sweep {
        let count = ServiceCounts { ended, ..ServiceCounts::default() };
        let reading = Reading { instance: instance.to_owned(), count };
        Sweep { services: BTreeMap::from([("users".to_owned(), reading)]), ..Sweep::default() }
    }

    #[test]
    fn a_part_that_was_stopped_and_started_is_counted_over_both_incarnations() {
        let mut ledger = Ledger::new(&sweep("first", 10), &[]);
        ledger.close("users", &sweep("first", 15), None);
        ledger.reopen("users");
        assert_eq!(ledger.deltas(&sweep("second", 3)).services["users"].ended, 8);
        assert!(ledger.deltas(&sweep("second", 3)).restarted.is_empty());
    }

    #[test]
    fn the_non_recording_spans_of_a_stopped_service_stay_in_the_ledger() {
        let mut ledger = Ledger::new(&sweep("first", 0), &[]);
        let report = ShutdownReport { started: 4, non_recording: 4, ..ShutdownReport::default() };
        ledger.close("users", &sweep("first", 0), Some(&report));
        assert_eq!(ledger.deltas(&Sweep::default()).services["users"].non_recording, 4);
    }

    #[test]
    fn a_part_that_restarted_by_itself_is_named() {
        let ledger = Ledger::new(&sweep("first", 10), &[]);
        assert_eq!(ledger.deltas(&sweep("second", 3)).restarted, ["users"]);
    }
}
