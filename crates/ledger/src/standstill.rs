//! A standstill: nothing changes any more, and all that is short at one hop has arrived at a later one.

use std::time::Duration;

use tokio::time::Instant;

use super::books::Account;
use super::link::Link;
use super::pending::Pending;

/// Since when the figures have been the same, with nothing under way but what went past a hop.
#[derive(Debug, Clone, Default)]
pub struct Standstill {
    seen: Option<(Instant, Vec<Link>)>,
}

impl Standstill {
    /// Notes what a sweep found.
    pub fn see(&mut self, now: Instant, account: &Account, pending: &[Pending]) {
        let links = account.links();
        self.seen = match self.seen.take() {
            _ if !only_past(account, pending) => None,
            Some((since, before)) if before == links => Some((since, before)),
            _ => Some((now, links)),
        };
    }

    /// Notes that a sweep failed.
    pub fn lose(&mut self) {
        self.seen = None;
    }

    /// Whether it has lasted so long, and this sweep still finds the same.
    #[must_use]
    pub fn holds(&self, now: Instant, long: Duration, account: &Account, pending: &[Pending]) -> bool {
        let seen = self.seen.as_ref().filter(|(since, _)| now.duration_since(*since) >= long);
        only_past(account, pending) && seen.is_some_and(|(_, links)| *links == account.links())
    }
}

/// Whether the parts are idle, and every span that is short somewhere has arrived farther on, so that none is on its way.
fn only_past(account: &Account, pending: &[Pending]) -> bool {
    account.bypass().is_some_and(|bypass| bypass.is_whole() && *pending == [Pending::Bypass(bypass)])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::counts::{Hop, Sent, Service};
    use crate::{Waiting, balance};

    /// users has exported two spans past the agent, and so many of them have come to the gateway.
    fn account(arrived: u64, live: i64) -> Account {
        let service = |live| Service { live, ended: 2, processed: 2, exported: 2, ..Service::default() };
        let hop = |count| {
            let exporters = [("next".to_owned(), Sent { sent: count, ..Sent::default() })].into();
            Hop { accepted: count, exporters, ..Hop::default() }
        };
        Account {
            services: [("items".to_owned(), service(live)), ("users".to_owned(), service(0))].into(),
            hops: vec![("agent".to_owned(), hop(2)), ("gateway".to_owned(), hop(2 + arrived))],
            ..Account::default()
        }
    }

    /// Whether it is a standstill when this is seen now and two seconds later.
    fn holds(first: &Account, then: &Account) -> bool {
        let pending = |account| balance::pending(account, &BTreeSet::new(), &mut Waiting::default());
        let (now, two) = (Instant::now(), Duration::from_secs(2));
        let mut standstill = Standstill::default();
        standstill.see(now, first, &pending(first));
        assert!(!standstill.holds(now, two, first, &pending(first)), "too soon");
        standstill.see(now + two, then, &pending(then));
        standstill.holds(now + two, two, then, &pending(then))
    }

    #[test]
    fn what_went_past_a_hop_and_has_arrived_is_not_waited_for() {
        assert!(holds(&account(2, 0), &account(2, 0)));
    }

    #[test]
    fn what_may_be_on_its_way_is_waited_for() {
        assert!(!holds(&account(1, 0), &account(1, 0)), "one has arrived nowhere");
        assert!(!holds(&account(2, 1), &account(2, 1)), "a span is live");
        assert!(!holds(&account(1, 0), &account(2, 0)), "it has only just arrived");
    }
}
