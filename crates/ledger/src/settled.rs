//! A closed ledger, and what is wrong with it.

use std::collections::BTreeSet;

use trace_assert::Trace;

use crate::counter_deltas::CounterDeltas;
use crate::ledger_finding::LedgerFinding;
use crate::link::Link;
use crate::missing::Missing;
use crate::pending::Pending;
use crate::sweep::Sweep;
use crate::total::Total;

/// A run whose spans have all arrived, or are known to be lost.
#[derive(Debug, Clone)]
pub struct Settled {
    /// What every hop counted.
    pub deltas: CounterDeltas,
    /// How it adds up.
    pub total: Total,
    /// Everything that the store holds of the run.
    pub traces: Vec<Trace>,
    /// The sweep that balanced.
    pub sweep: Sweep,
    /// What was waited for, the latest entries.
    pub waited_for: Vec<Pending>,
}

impl Settled {
    /// What does not add up, with what the store shows of it.
    #[must_use]
    pub fn findings(&self) -> Vec<LedgerFinding> {
        let mut findings = findings(&self.total, &self.deltas);
        for finding in &mut findings {
            if let LedgerFinding::Bypassed { bypass, marked } = finding {
                *marked = bypass.marked(&self.traces);
            }
        }
        findings
    }
}

/// What does not add up.
fn findings(total: &Total, deltas: &CounterDeltas) -> Vec<LedgerFinding> {
    let mut findings = deltas.gaps();
    let is_contradicted = findings.iter().any(LedgerFinding::is_contradiction);
    let silent = deltas.silent.iter().map(|service| LedgerFinding::NoShutdownReport { service: service.clone() });
    findings.extend(silent);
    if is_contradicted {
        // What follows from wrong figures refutes nothing.
        return findings;
    }
    let losses = total.losses.iter().filter(|_| total.lost > 0);
    findings.extend(losses.cloned().map(LedgerFinding::Lost));
    if total.duplicates > 0 {
        findings.push(LedgerFinding::Duplicates { count: total.duplicates });
    }
    findings.extend(past(deltas));
    if total.stored > total.ended && deltas.silent.is_empty() {
        findings.push(LedgerFinding::Foreign { count: total.stored - total.ended });
    }
    findings.extend(hidden(total));
    findings.extend(unrefused(total));
    findings
}

/// Senders that bypass a hop, and hops at which more spans arrived than were sent.
fn past(deltas: &CounterDeltas) -> Vec<LedgerFinding> {
    let bypass = deltas.bypass();
    let told = bypass.as_ref().map(|bypass| bypass.surplus.clone());
    let bypassed = bypass.map(|bypass| LedgerFinding::Bypassed { bypass, marked: None });
    bypassed.into_iter().chain(surplus(deltas, told.as_ref())).collect()
}

/// Where more arrived than was sent.
fn surplus(deltas: &CounterDeltas, told: Option<&Link>) -> impl Iterator<Item = LedgerFinding> {
    let more = deltas.links().into_iter().filter(move |link| link.surplus() > 0 && Some(link) != told);
    more.map(|link| LedgerFinding::Surplus { count: link.surplus(), from: link.from, to: link.to })
}

/// The figures compare counts, and a foreign span makes up for a lost one. The names do not: more spans that are named as
/// absent than the counts leave room for means that so many stored ones are none of ours.
fn hidden(total: &Total) -> Option<LedgerFinding> {
    let absent = (total.missing.len() + total.dropped.len()) as u64;
    let foreign = absent.saturating_sub(total.lost + total.sampled_out);
    let missing = total.missing.len() as u64;
    (foreign > 0).then_some(LedgerFinding::HiddenLoss { missing, lost: total.lost, foreign })
}

/// A sampler drops whole traces. If more are absent than it refused, another program dropped the rest.
fn unrefused(total: &Total) -> Option<LedgerFinding> {
    let refused: u64 = total.sampled.iter().map(|sampled| sampled.refused).sum();
    let named = |span: &Missing| span.trace_id;
    let absent = total.dropped.iter().map(named).collect::<BTreeSet<_>>().len() as u64;
    (absent > refused).then_some(LedgerFinding::Unrefused { absent, refused })
}

#[cfg(test)]
mod tests {
    use trace_assert::{SpanId, TraceId};

    use super::*;
    use crate::collector_counts::CollectorCounts;
    use crate::ledger_finding;
    use crate::sampled::Sampled;

    fn missing(trace: u8) -> Missing {
        let [service, name] = ["items", "GET"].map(str::to_owned);
        Missing { service, name, trace_id: TraceId([trace; 16]), span_id: SpanId([1; 8]) }
    }

    fn told(total: &Total, deltas: &CounterDeltas) -> String {
        ledger_finding::told(&findings(total, deltas))
    }

    #[test]
    fn a_lost_span_is_not_made_up_for_by_a_foreign_one() {
        let total = Total { ended: 7, stored: 7, missing: vec![missing(1)], ..Total::default() };
        let said = "1 missing by name although the counts lose 0: 1 stored that no service ended";
        assert_eq!(told(&total, &CounterDeltas::default()), said);
        let honest = Total { ended: 7, stored: 6, lost: 1, missing: vec![missing(1)], ..Total::default() };
        assert_eq!(hidden(&honest), None);
    }

    #[test]
    fn what_a_sampler_dropped_is_not_missing() {
        let sampled = vec![Sampled { refused: 1, ..Sampled::default() }];
        let total = Total { ended: 7, stored: 5, sampled_out: 2, sampled, ..Total::default() };
        let one = Total { dropped: vec![missing(1), missing(1)], ..total.clone() };
        assert_eq!(findings(&one, &CounterDeltas::default()), []);
        let two = Total { dropped: vec![missing(1), missing(2)], ..total };
        assert_eq!(told(&two, &CounterDeltas::default()), "2 traces are absent, and only 1 were refused by policies");
    }

    #[test]
    fn figures_that_contradict_each_other_refute_nothing() {
        let total = Total { lost: 2, losses: vec![crate::loss::Loss::unexplained(2)], ..Total::default() };
        assert!(findings(&total, &CounterDeltas::default()).iter().any(LedgerFinding::is_refutation));
        let gaps = vec![LedgerFinding::counter_went_back("users", "/spans ended")];
        let contradicted = CounterDeltas { gaps: gaps.clone(), ..CounterDeltas::default() };
        assert_eq!(findings(&total, &contradicted), gaps);
    }

    #[test]
    fn what_arrived_twice_is_told_with_its_place() {
        let hops = vec![("agent".to_owned(), CollectorCounts { accepted: 2, ..CollectorCounts::default() })];
        let deltas = CounterDeltas { hops, ..CounterDeltas::default() };
        let said = told(&Total { duplicates: 2, ..Total::default() }, &deltas);
        assert!(said.starts_with("duplicates 2; agent accepted 2 more than the services exported: "), "{said}");
    }

    #[test]
    fn a_service_that_ended_without_its_shutdown_report_is_named() {
        let deltas = CounterDeltas { silent: BTreeSet::from(["items".to_owned()]), ..CounterDeltas::default() };
        let said = told(&Total { stored: 2, ..Total::default() }, &deltas);
        assert_eq!(
            said,
            "items ended without its shutdown report (`telemetry flushed`): the spans in its queue are lost"
        );
    }
}
