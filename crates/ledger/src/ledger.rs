//! The ledger: the baseline, the incarnations of parts that were stopped, and the deltas since the baseline.

use std::collections::BTreeSet;

use crate::collector_counts::CollectorCounts;
use crate::counter_deltas::CounterDeltas;
use crate::incarnations::Incarnations;
use crate::ledger_finding::LedgerFinding;
use crate::service_counts::ServiceCounts;
use crate::shutdown_report::ShutdownReport;
use crate::sweep::Sweep;

/// Baseline, and what was counted in incarnations that have ended.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    hops: Incarnations<CollectorCounts>,
    services: Incarnations<ServiceCounts>,
    chain: Vec<String>,
    gaps: Vec<LedgerFinding>,
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
            gaps: Vec::new(),
            published: 0,
            dead: BTreeSet::new(),
            silent: BTreeSet::new(),
        }
    }

    /// Writes down the last counts of a part whose process is about to end, or has ended.
    pub fn close(&mut self, part: &str, last: &Sweep, report: Option<&ShutdownReport>) {
        if let Some(reading) = last.hops.get(part) {
            self.hops.close(part, reading, &reading.count, &mut self.gaps);
        }
        if let Some(reading) = last.services.get(part) {
            let count = report
                .map_or_else(|| reading.count.clone(), |report| ServiceCounts::at_shutdown(report, &reading.count));
            self.services.close(part, reading, &count, &mut self.gaps);
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
        let mut gaps = self.gaps.clone();
        let hops = self.hops.deltas(&sweep.hops, &mut gaps);
        let services = self.services.deltas(&sweep.services, &mut gaps);
        let absent = sweep.hops.iter().map(|(hop, reading)| (hop.clone(), reading.absent.clone())).collect();
        let chain = self.chain.iter().map(|hop| (hop.clone(), hops.get(hop).cloned().unwrap_or_default())).collect();
        CounterDeltas {
            services,
            hops: chain,
            published: self.published,
            is_stored: false,
            gaps,
            absent,
            silent: self.silent.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::error_type::ErrorType;
    use crate::reading::Reading;

    fn sweep(instance: &str, ended: u64) -> Sweep {
        let count = ServiceCounts { ended, ..ServiceCounts::default() };
        let reading =
            Reading { instance: Some(instance.to_owned()).filter(|id| !id.is_empty()), count, ..Reading::default() };
        Sweep { services: BTreeMap::from([("users".to_owned(), reading)]), ..Sweep::default() }
    }

    #[test]
    fn a_part_that_was_stopped_and_started_is_counted_over_both_incarnations() {
        let mut ledger = Ledger::new(&sweep("first", 10), &[]);
        ledger.close("users", &sweep("first", 15), None);
        ledger.reopen("users");
        assert_eq!(ledger.deltas(&sweep("second", 3)).services["users"].ended, 8);
        assert_eq!(ledger.deltas(&sweep("second", 3)).gaps, []);
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
        assert_eq!(ledger.deltas(&sweep("second", 3)).gaps, [LedgerFinding::Restarted { part: "users".to_owned() }]);
    }

    #[test]
    fn a_part_that_restarted_by_itself_before_it_was_stopped_is_named() {
        let mut ledger = Ledger::new(&sweep("first", 10), &[]);
        ledger.close("users", &sweep("second", 3), None);
        assert_eq!(ledger.deltas(&Sweep::default()).gaps, [LedgerFinding::Restarted { part: "users".to_owned() }]);
    }

    #[test]
    fn parts_without_an_instance_are_not_taken_for_the_same_process() {
        let unknown = [LedgerFinding::InstanceUnknown { part: "users".to_owned() }];
        for (before, now) in [("", ""), ("first", "")] {
            assert_eq!(Ledger::new(&sweep(before, 3), &[]).deltas(&sweep(now, 3)).gaps, unknown);
        }
    }

    #[test]
    fn a_counter_that_went_back_is_no_zero() {
        let went_back = [LedgerFinding::counter_went_back("users", "/spans ended")];
        let mut ledger = Ledger::new(&sweep("first", 10), &[]);
        assert_eq!(ledger.deltas(&sweep("first", 9)).gaps, went_back);
        ledger.close("users", &sweep("first", 12), Some(&ShutdownReport { ended: 11, ..ShutdownReport::default() }));
        assert_eq!(ledger.deltas(&Sweep::default()).gaps, went_back);
    }

    #[test]
    fn a_report_with_fewer_drops_than_were_read_went_back() {
        let mut last = sweep("first", 0);
        let dropped = [(ErrorType::Counted("queue_full".to_owned()), 2)].into();
        last.services.get_mut("users").unwrap().count.dropped = dropped;
        let mut ledger = Ledger::new(&sweep("first", 0), &[]);
        ledger.close("users", &last, Some(&ShutdownReport { dropped: 1, ..ShutdownReport::default() }));
        let went_back = LedgerFinding::counter_went_back("users", "otel_sdk_processor_span_processed");
        assert_eq!(ledger.deltas(&Sweep::default()).gaps, [went_back]);
    }
}
