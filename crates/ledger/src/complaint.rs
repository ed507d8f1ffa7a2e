//! What is wrong with a closed ledger.

use std::collections::BTreeSet;

use super::finding::LedgerFinding;
use super::link::Link;
use super::total::Missing;
use super::{Account, Settled, Total};

/// What does not add up in a settled run, with what the store shows of it.
#[must_use]
pub fn of(settled: &Settled) -> Vec<LedgerFinding> {
    let mut findings = complaints(&settled.total, &settled.account);
    for finding in &mut findings {
        if let LedgerFinding::Bypassed { bypass, marked } = finding {
            *marked = bypass.marked(&settled.traces);
        }
    }
    findings
}

/// What does not add up.
#[must_use]
pub fn complaints(total: &Total, account: &Account) -> Vec<LedgerFinding> {
    let mut findings: Vec<LedgerFinding> = incomplete(account).collect();
    let losses = total.losses.iter().filter(|_| total.lost > 0);
    findings.extend(losses.cloned().map(LedgerFinding::Lost));
    if total.duplicates > 0 {
        findings.push(LedgerFinding::Duplicates { count: total.duplicates });
    }
    findings.extend(past(account));
    if total.stored > total.ended && account.silent.is_empty() {
        findings.push(LedgerFinding::Foreign { count: total.stored - total.ended });
    }
    findings.extend(hidden(total));
    findings.extend(unrefused(total));
    findings
}

/// Parts of whose counts something is gone.
fn incomplete(account: &Account) -> impl Iterator<Item = LedgerFinding> {
    let restarted = account.restarted.iter().map(|part| LedgerFinding::Restarted { part: part.clone() });
    let silent = account.silent.iter().map(|service| LedgerFinding::NoShutdownReport { service: service.clone() });
    restarted.chain(silent)
}

/// Who exports past a hop, or where else more arrived than was sent.
fn past(account: &Account) -> Vec<LedgerFinding> {
    let bypass = account.bypass();
    let told = bypass.as_ref().map(|bypass| bypass.surplus.clone());
    let bypassed = bypass.map(|bypass| LedgerFinding::Bypassed { bypass, marked: None });
    bypassed.into_iter().chain(surplus(account, told.as_ref())).collect()
}

/// Where more arrived than was sent.
fn surplus(account: &Account, told: Option<&Link>) -> impl Iterator<Item = LedgerFinding> {
    let more = account.links().into_iter().filter(move |link| link.surplus() > 0 && Some(link) != told);
    more.map(|link| LedgerFinding::Surplus { count: link.surplus(), from: link.from, to: link.to })
}

/// The figures compare counts, and a foreign span makes up for a lost one.  The names do not: more spans that are named as
/// absent than the counts leave room for means that so many stored ones are none of ours.
fn hidden(total: &Total) -> Option<LedgerFinding> {
    let absent = (total.missing.len() + total.dropped.len()) as u64;
    let foreign = absent.saturating_sub(total.lost + total.sampled_out);
    let missing = total.missing.len() as u64;
    (foreign > 0).then_some(LedgerFinding::HiddenLoss { missing, lost: total.lost, foreign })
}

/// A sampler drops whole traces: more of them absent than it refused were dropped by somebody else.
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
    use crate::counts::Hop;
    use crate::finding;
    use crate::sampled::Sampled;

    fn missing(trace: u8) -> Missing {
        let [service, name] = ["items", "GET"].map(str::to_owned);
        Missing { service, name, trace_id: TraceId([trace; 16]), span_id: SpanId([1; 8]) }
    }

    fn told(total: &Total, account: &Account) -> String {
        finding::told(&complaints(total, account))
    }

    #[test]
    fn a_lost_span_is_not_made_up_for_by_a_foreign_one() {
        let total = Total { ended: 7, stored: 7, missing: vec![missing(1)], ..Total::default() };
        let said = "1 missing by name although the counts lose 0: 1 stored that no service ended";
        assert_eq!(told(&total, &Account::default()), said);
        let honest = Total { ended: 7, stored: 6, lost: 1, missing: vec![missing(1)], ..Total::default() };
        assert_eq!(hidden(&honest), None);
    }

    #[test]
    fn what_a_sampler_dropped_is_not_missing() {
        let sampled = vec![Sampled { refused: 1, ..Sampled::default() }];
        let total = Total { ended: 7, stored: 5, sampled_out: 2, sampled, ..Total::default() };
        let one = Total { dropped: vec![missing(1), missing(1)], ..total.clone() };
        assert_eq!(complaints(&one, &Account::default()), []);
        let two = Total { dropped: vec![missing(1), missing(2)], ..total };
        assert_eq!(told(&two, &Account::default()), "2 traces are absent, and only 1 were refused by policies");
    }

    #[test]
    fn what_arrived_twice_is_told_with_its_place() {
        let hops = vec![("agent".to_owned(), Hop { accepted: 2, ..Hop::default() })];
        let account = Account { hops, ..Account::default() };
        let said = told(&Total { duplicates: 2, ..Total::default() }, &account);
        assert!(said.starts_with("duplicates 2; agent accepted 2 more than the services exported: "), "{said}");
    }

    #[test]
    fn a_service_that_ended_without_its_last_words_is_named() {
        let account = Account { silent: BTreeSet::from(["items".to_owned()]), ..Account::default() };
        let said = told(&Total { stored: 2, ..Total::default() }, &account);
        assert_eq!(
            said,
            "items ended without its last words (telemetry flushed): spans that waited to be exported are lost"
        );
    }
}
