//! The ledger: the baseline, what ended processes counted, and the deltas since the baseline.

use std::collections::{BTreeMap, BTreeSet};

use crate::collector_counts::CollectorCounts;
use crate::counter_deltas::CounterDeltas;
use crate::counters::Counters;
use crate::ledger_finding::LedgerFinding;
use crate::read_error::ReadError;
use crate::reading::Reading;
use crate::service_counts::ServiceCounts;
use crate::shutdown_report::ShutdownReport;
use crate::sweep::Sweep;

/// Baseline, and what was counted by processes that have ended.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    chain: Vec<String>,
    baseline: BTreeMap<String, Reading>,
    ended: BTreeMap<String, Counters>,
    gaps: Vec<LedgerFinding>,
    /// Receivers of the messages that `lab` itself published.
    pub published: u64,
    /// Parts that are dead on purpose.
    pub dead: BTreeSet<String>,
    /// Services that were stopped during their requests and sent no shutdown report: their last counts are unknown.
    pub silent: BTreeSet<String>,
}

impl Ledger {
    /// Opens the ledger at a sweep.
    #[must_use]
    pub fn new(baseline: &Sweep, chain: &[String]) -> Self {
        Self { chain: chain.to_vec(), baseline: baseline.0.clone(), ..Self::default() }
    }

    /// Records the last counts of a part whose process is about to end, or has ended.
    pub fn close(&mut self, part: &str, last: &Sweep, report: Option<&ShutdownReport>) {
        if let Some(mut last) = last.0.get(part).cloned() {
            // Before the report adds counters that the page did not have.
            let (missing, mut went_back) = (last.missing(), BTreeSet::new());
            if let Some(report) = report {
                last.counters = ServiceCounts::at_shutdown(report, &last.counters, &mut went_back);
            }
            let (counted, gaps) = self.counted(part, &last, missing, went_back);
            self.gaps.extend(gaps);
            self.ended.entry(part.to_owned()).or_default().add_all(&counted);
        }
        self.baseline.remove(part);
        self.dead.insert(part.to_owned());
    }

    /// Records that a part was started again, with the first reading of the new process, if the ledger reads that part.
    pub fn reopen(&mut self, part: &str, first: Result<Option<Reading>, ReadError>) {
        // If its stop failed, the first process was not closed: the next sweep reports the restart.
        if !self.dead.remove(part) {
            return;
        }
        match first {
            // Its counters began at zero: it may have counted something before it was read.
            Ok(Some(Reading { instance, .. })) => {
                self.baseline.insert(part.to_owned(), Reading { instance, ..Reading::default() });
            }
            Ok(None) => {}
            Err(error) => self.gaps.push(LedgerFinding::StartUnread { error: error.with_causes(), part: error.part }),
        }
    }

    /// What was counted since the baseline.
    #[must_use]
    pub fn deltas(&self, sweep: &Sweep) -> CounterDeltas {
        let mut gaps = self.gaps.clone();
        let mut counted = self.ended.clone();
        for (part, reading) in &sweep.0 {
            let (own, own_gaps) = self.counted(part, reading, reading.missing(), BTreeSet::new());
            gaps.extend(own_gaps);
            counted.entry(part.clone()).or_default().add_all(&own);
        }
        let hop = |hop: &String| (hop.clone(), CollectorCounts::new(&counted.remove(hop).unwrap_or_default()));
        let hops = self.chain.iter().map(hop).collect();
        let absent = |hop: &String| Some((hop.clone(), CollectorCounts::absent(&sweep.0.get(hop)?.counters)));
        CounterDeltas {
            hops,
            services: counted.iter().map(|(part, counters)| (part.clone(), ServiceCounts::new(counters))).collect(),
            published: self.published,
            is_stored: false,
            gaps,
            absent: self.chain.iter().filter_map(absent).collect(),
            silent: self.silent.clone(),
        }
    }

    /// What the process that was read has counted since the baseline, and why its counters are incomplete.
    fn counted(
        &self,
        part: &str,
        reading: &Reading,
        missing: BTreeSet<&'static str>,
        mut went_back: BTreeSet<String>,
    ) -> (Counters, Vec<LedgerFinding>) {
        let missing = missing.into_iter().map(|metric| LedgerFinding::counter_missing(part, metric));
        let mut gaps: Vec<LedgerFinding> = missing.collect();
        if reading.instance.is_none() {
            gaps.push(LedgerFinding::InstanceUnknown { part: part.to_owned() });
        }
        let counted = match self.baseline.get(part) {
            None => reading.counters.clone(),
            Some(first)
                if first.instance.is_some() && reading.instance.is_some() && first.instance != reading.instance =>
            {
                gaps.push(LedgerFinding::Restarted { part: part.to_owned() });
                reading.counters.clone()
            }
            Some(first) => reading.counters.since(&first.counters, &mut went_back),
        };
        gaps.extend(went_back.iter().map(|metric| LedgerFinding::counter_went_back(part, metric)));
        (counted, gaps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ended_span::SpansPage;
    use crate::read_error::ReadProblem;
    use crate::weight::Weight;

    const SDK: &str = "otel_sdk_span_live 0\notel_sdk_span_started 9\notel_sdk_exporter_span_exported 0\n";

    fn reading(instance: &str, ended: u64) -> Reading {
        let spans = SpansPage { instance: Some(instance.to_owned()), ended, spans: Vec::new() };
        Reading::of_service("users", Counters::parse(SDK).unwrap(), spans)
    }

    fn sweep(instance: &str, ended: u64) -> Sweep {
        Sweep(BTreeMap::from([("users".to_owned(), reading(instance, ended))]))
    }

    fn restarted() -> [LedgerFinding; 1] {
        [LedgerFinding::Restarted { part: "users".to_owned() }]
    }

    #[test]
    fn a_part_that_was_stopped_and_started_is_counted_over_both_incarnations() {
        let mut ledger = Ledger::new(&sweep("first", 10), &[]);
        ledger.close("users", &sweep("first", 15), None);
        ledger.reopen("users", Ok(Some(reading("second", 1))));
        assert_eq!(ledger.deltas(&sweep("second", 3)).services["users"].ended, 8);
        assert_eq!(ledger.deltas(&sweep("second", 3)).gaps, []);
    }

    #[test]
    fn a_part_that_restarted_by_itself_after_it_was_started_again_is_named() {
        let mut ledger = Ledger::new(&sweep("first", 10), &[]);
        ledger.close("users", &sweep("first", 15), None);
        ledger.reopen("users", Ok(Some(reading("second", 0))));
        assert_eq!(ledger.deltas(&sweep("third", 0)).gaps, restarted());
    }

    #[test]
    fn a_part_that_was_not_read_after_it_was_started_again_is_a_gap() {
        let mut ledger = Ledger::new(&sweep("first", 10), &[]);
        ledger.close("users", &sweep("first", 15), None);
        let problem = ReadProblem::CutOff(1);
        ledger.reopen("users", Err(ReadError { part: "users".to_owned(), url: String::new(), problem }));
        let deltas = ledger.deltas(&sweep("second", 3));
        assert_eq!(deltas.services["users"].ended, 8);
        assert!(matches!(&deltas.gaps[..], [LedgerFinding::StartUnread { .. }]), "{:?}", deltas.gaps);
        assert_eq!(deltas.gaps[0].weight(), Weight::IncompleteCounters);
    }

    #[test]
    fn a_part_that_was_started_again_after_a_failed_stop_has_restarted() {
        let mut ledger = Ledger::new(&sweep("first", 10), &[]);
        ledger.reopen("users", Ok(Some(reading("second", 0))));
        assert_eq!(ledger.deltas(&sweep("second", 3)).gaps, restarted());
    }

    #[test]
    fn a_shutdown_report_does_not_hide_a_counter_that_is_missing() {
        let mut last = sweep("first", 2);
        let page = "otel_sdk_span_live 0\notel_sdk_span_started 2\notel_sdk_exporter_span_exported 2\n";
        let spans = SpansPage { instance: Some("first".to_owned()), ended: 2, spans: Vec::new() };
        last.0.insert("users".to_owned(), Reading::of_service("users", Counters::parse(page).unwrap(), spans));
        let mut ledger = Ledger::new(&last, &[]);
        let report = ShutdownReport { started: 2, ended: 2, processed: 2, exported: 2, ..ShutdownReport::default() };
        ledger.close("users", &last, Some(&report));
        let missing = LedgerFinding::counter_missing("users", "otel_sdk_processor_span_processed");
        assert_eq!(ledger.deltas(&Sweep::default()).gaps, [missing]);
    }

    #[test]
    fn the_non_recording_spans_of_a_stopped_service_stay_in_the_ledger() {
        let mut ledger = Ledger::new(&sweep("first", 0), &[]);
        let report = ShutdownReport { started: 13, non_recording: 4, ..ShutdownReport::default() };
        ledger.close("users", &sweep("first", 0), Some(&report));
        assert_eq!(ledger.deltas(&Sweep::default()).services["users"].non_recording, 4);
    }

    #[test]
    fn a_part_that_restarted_by_itself_is_named() {
        let ledger = Ledger::new(&sweep("first", 10), &[]);
        assert_eq!(ledger.deltas(&sweep("second", 3)).gaps, restarted());
    }

    #[test]
    fn a_part_that_restarted_by_itself_before_it_was_stopped_is_named() {
        let mut ledger = Ledger::new(&sweep("first", 10), &[]);
        ledger.close("users", &sweep("second", 3), None);
        assert_eq!(ledger.deltas(&Sweep::default()).gaps, restarted());
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
        let report = ShutdownReport { started: 9, ended: 11, ..ShutdownReport::default() };
        ledger.close("users", &sweep("first", 12), Some(&report));
        assert_eq!(ledger.deltas(&Sweep::default()).gaps, went_back);
    }
}
