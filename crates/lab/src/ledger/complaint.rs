//! What is wrong with a closed ledger, in one sentence.

use std::collections::BTreeSet;

use super::link::Link;
use super::total::Missing;
use super::{Account, Settled, Total};

/// What does not add up in a settled run, if something does not, with what the store shows of it.
#[must_use]
pub fn of(settled: &Settled) -> Option<String> {
    let complaint = complaint(&settled.total, &settled.account)?;
    let seen = settled.account.bypass().and_then(|bypass| bypass.seen(&settled.traces));
    Some(seen.into_iter().fold(complaint, |complaint, seen| format!("{complaint}; {seen}")))
}

/// What does not add up, if something does not.
#[must_use]
pub fn complaint(total: &Total, account: &Account) -> Option<String> {
    let mut complaints: Vec<String> = incomplete(account).collect();
    let losses = total.losses.iter().filter(|_| total.lost > 0);
    complaints.extend(losses.map(ToString::to_string));
    if total.duplicates > 0 {
        complaints.push(format!("duplicates {}", total.duplicates));
    }
    complaints.extend(past(account));
    if total.stored > total.ended && account.silent.is_empty() {
        complaints.push(format!("{} stored that no service ended", total.stored - total.ended));
    }
    complaints.extend(cancelled(total));
    complaints.extend(undropped(total));
    (!complaints.is_empty()).then(|| complaints.join("; "))
}

/// Parts of whose counts something is gone.
fn incomplete(account: &Account) -> impl Iterator<Item = String> {
    let restarted =
        account.restarted.iter().map(|part| format!("{part} restarted by itself: what it had counted is gone"));
    let silent = account.silent.iter().map(|part| {
        format!("{part} ended without its last words (telemetry flushed): spans that waited to be exported are lost")
    });
    restarted.chain(silent)
}

/// Who exports past a hop, or where else more arrived than was sent.
fn past(account: &Account) -> Vec<String> {
    let bypass = account.bypass();
    let told = bypass.as_ref().map(|bypass| &bypass.surplus);
    bypass.iter().map(ToString::to_string).chain(surplus(account, told)).collect()
}

/// Where more arrived than was sent.
fn surplus(account: &Account, told: Option<&Link>) -> impl Iterator<Item = String> {
    let more = account.links().into_iter().filter(move |link| link.surplus() > 0 && Some(link) != told);
    more.map(|link| {
        let Link { from, to, .. } = &link;
        format!(
            "{to} accepted {} more than {from} exported: an export that had arrived was tried again, or somebody else sends",
            link.surplus()
        )
    })
}

/// The figures compare counts, and a foreign span makes up for a lost one.  The names do not: more spans that are named as
/// absent than the counts leave room for means that so many stored ones are none of ours.
fn cancelled(total: &Total) -> Option<String> {
    let absent = (total.missing.len() + total.dropped.len()) as u64;
    let foreign = absent.saturating_sub(total.lost + total.sampled_out);
    let missing = total.missing.len();
    (foreign > 0).then(|| {
        format!(
            "{missing} missing by name although the counts lose {}: {foreign} stored that no service ended",
            total.lost
        )
    })
}

/// A sampler drops whole traces: more of them absent than it refused were dropped by somebody else.
fn undropped(total: &Total) -> Option<String> {
    let refused: u64 = total.sampled.iter().map(|sampled| sampled.refused).sum();
    let named = |span: &Missing| span.trace_id.clone();
    let absent = total.dropped.iter().map(named).collect::<BTreeSet<_>>().len() as u64;
    (absent > refused).then(|| format!("{absent} traces are absent, and only {refused} were refused by policies"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::counts::Hop;
    use crate::ledger::sampled::Sampled;

    fn missing(trace: &str) -> Missing {
        let [service, name, span_id] = ["items", "GET", "b7ad6b7169203331"].map(str::to_owned);
        Missing { service, name, trace_id: trace.to_owned(), span_id }
    }

    #[test]
    fn a_lost_span_is_not_made_up_for_by_a_foreign_one() {
        let total = Total { ended: 7, stored: 7, missing: vec![missing("a")], ..Total::default() };
        let said = "1 missing by name although the counts lose 0: 1 stored that no service ended";
        assert_eq!(complaint(&total, &Account::default()).unwrap(), said);
        let honest = Total { ended: 7, stored: 6, lost: 1, missing: vec![missing("a")], ..Total::default() };
        assert_eq!(cancelled(&honest), None);
    }

    #[test]
    fn what_a_sampler_dropped_is_not_missing() {
        let sampled = vec![Sampled { refused: 1, ..Sampled::default() }];
        let total = Total { ended: 7, stored: 5, sampled_out: 2, sampled, ..Total::default() };
        let one = Total { dropped: vec![missing("a"), missing("a")], ..total.clone() };
        assert_eq!(complaint(&one, &Account::default()), None);
        let two = Total { dropped: vec![missing("a"), missing("b")], ..total };
        assert_eq!(
            complaint(&two, &Account::default()).unwrap(),
            "2 traces are absent, and only 1 were refused by policies"
        );
    }

    #[test]
    fn what_arrived_twice_is_told_with_its_place() {
        let hops = vec![("agent".to_owned(), Hop { accepted: 2, ..Hop::default() })];
        let account = Account { hops, ..Account::default() };
        let said = complaint(&Total { duplicates: 2, ..Total::default() }, &account).unwrap();
        assert!(said.starts_with("duplicates 2; agent accepted 2 more than the services exported: "), "{said}");
    }

    #[test]
    fn a_service_that_ended_without_its_last_words_is_named() {
        let account = Account { silent: BTreeSet::from(["items".to_owned()]), ..Account::default() };
        let said = complaint(&Total { stored: 2, ..Total::default() }, &account).unwrap();
        assert_eq!(
            said,
            "items ended without its last words (telemetry flushed): spans that waited to be exported are lost"
        );
    }
}
