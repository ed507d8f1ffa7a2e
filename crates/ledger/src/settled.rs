//! A settled run, and what is wrong with its ledger.

use std::collections::BTreeSet;

use trace_assert::Trace;

use crate::counter_deltas::CounterDeltas;
use crate::ended_span::EndedSpan;
use crate::ledger_finding::LedgerFinding;
use crate::link::Link;
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
        findings(&self.total, &self.deltas, &self.traces)
    }
}

fn findings(total: &Total, deltas: &CounterDeltas, traces: &[Trace]) -> Vec<LedgerFinding> {
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
    findings.extend(bypassed_and_surplus(deltas, traces));
    if total.stored > total.ended && deltas.silent.is_empty() {
        findings.push(LedgerFinding::Foreign { count: total.stored - total.ended });
    }
    findings.extend(hidden_loss(total));
    findings.extend(more_absent_than_dropped(total));
    findings
}

/// A hop that spans bypass, and hops at which more spans arrived than were sent; the surplus of a bypass belongs to it.
fn bypassed_and_surplus(deltas: &CounterDeltas, traces: &[Trace]) -> Vec<LedgerFinding> {
    let bypass = deltas.bypass();
    let is_its_own = |link: &Link| bypass.as_ref().is_some_and(|bypass| bypass.surplus == *link);
    let mut links = deltas.links();
    links.retain(|link| link.surplus() > 0 && !is_its_own(link));
    let surplus = |link: Link| LedgerFinding::Surplus { count: link.surplus(), from: link.from, to: link.to };
    let bypassed = bypass.map(|bypass| LedgerFinding::Bypassed { marked: bypass.marked(traces), bypass });
    bypassed.into_iter().chain(links.into_iter().map(surplus)).collect()
}

/// A foreign span makes up for a lost one in the counts, and not in the names: if more spans are absent by name than by the
/// counts, so many stored spans are foreign.
fn hidden_loss(total: &Total) -> Option<LedgerFinding> {
    let absent = (total.missing.len() + total.dropped.len()) as u64;
    let foreign = absent.saturating_sub(total.lost + total.sampled_out);
    let missing = total.missing.len() as u64;
    (foreign > 0).then_some(LedgerFinding::HiddenLoss { missing, lost: total.lost, foreign })
}

/// A sampler drops whole traces. If more are absent than it dropped, another program dropped the others.
fn more_absent_than_dropped(total: &Total) -> Option<LedgerFinding> {
    let refused: u64 = total.sampled.iter().map(|sampled| sampled.refused).sum();
    let named = |span: &EndedSpan| span.trace_id;
    let absent = total.dropped.iter().map(named).collect::<BTreeSet<_>>().len() as u64;
    (absent > refused).then_some(LedgerFinding::Unrefused { absent, refused })
}

#[cfg(test)]
mod tests {
    use trace_assert::{SpanId, TraceId};

    use super::*;
    use crate::collector_counts::CollectorCounts;
    use crate::link::Sender;
    use crate::loss::Loss;
    use crate::sampled::Sampled;
    use crate::weight::Weight;

    fn missing(trace: u8) -> EndedSpan {
        let [service, name] = ["items", "GET"].map(str::to_owned);
        EndedSpan { service, name, trace_id: TraceId([trace; 16]), span_id: SpanId([1; 8]), sampled: true }
    }

    #[test]
    fn a_lost_span_is_not_made_up_for_by_a_foreign_one() {
        let total = Total { ended: 7, stored: 7, missing: vec![missing(1)], ..Total::default() };
        let hides_loss = LedgerFinding::HiddenLoss { missing: 1, lost: 0, foreign: 1 };
        assert_eq!(findings(&total, &CounterDeltas::default(), &[]), [hides_loss]);
        let honest = Total { ended: 7, stored: 6, lost: 1, missing: vec![missing(1)], ..Total::default() };
        assert_eq!(hidden_loss(&honest), None);
    }

    #[test]
    fn what_a_sampler_dropped_is_not_missing() {
        let sampled = vec![Sampled { refused: 1, ..Sampled::default() }];
        let total = Total { ended: 7, stored: 5, sampled_out: 2, sampled, ..Total::default() };
        let one = Total { dropped: vec![missing(1), missing(1)], ..total.clone() };
        assert_eq!(findings(&one, &CounterDeltas::default(), &[]), []);
        let two = Total { dropped: vec![missing(1), missing(2)], ..total };
        let unrefused = LedgerFinding::Unrefused { absent: 2, refused: 1 };
        assert_eq!(findings(&two, &CounterDeltas::default(), &[]), [unrefused]);
    }

    #[test]
    fn figures_that_contradict_each_other_refute_nothing() {
        let total = Total { lost: 2, losses: vec![Loss::unexplained(2)], ..Total::default() };
        assert!(
            findings(&total, &CounterDeltas::default(), &[]).iter().any(|finding| finding.weight() == Weight::Refutes)
        );
        let gaps = vec![LedgerFinding::counter_went_back("users", "/spans ended")];
        let contradicted = CounterDeltas { gaps: gaps.clone(), ..CounterDeltas::default() };
        assert_eq!(findings(&total, &contradicted, &[]), gaps);
    }

    #[test]
    fn what_arrived_twice_is_told_with_its_place() {
        let hops = vec![("agent".to_owned(), CollectorCounts { accepted: 2, ..CollectorCounts::default() })];
        let deltas = CounterDeltas { hops, ..CounterDeltas::default() };
        let surplus = LedgerFinding::Surplus { from: Sender::Services, to: "agent".to_owned(), count: 2 };
        let found = findings(&Total { duplicates: 2, ..Total::default() }, &deltas, &[]);
        assert_eq!(found, [LedgerFinding::Duplicates { count: 2 }, surplus]);
    }

    #[test]
    fn a_service_that_exited_without_its_shutdown_report_is_named() {
        let deltas = CounterDeltas { silent: BTreeSet::from(["items".to_owned()]), ..CounterDeltas::default() };
        let found = findings(&Total { stored: 2, ..Total::default() }, &deltas, &[]);
        assert_eq!(found, [LedgerFinding::NoShutdownReport { service: "items".to_owned() }]);
    }
}
