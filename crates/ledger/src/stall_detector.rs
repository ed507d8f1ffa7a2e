//! A stall: nothing changes any more, and all that is short at one hop has arrived at a later one.

use std::time::Duration;

use tokio::time::Instant;

use crate::counter_deltas::CounterDeltas;
use crate::link::Link;
use crate::pending::Pending;

/// Since when the figures have been the same, with nothing in flight but what bypassed a hop.
#[derive(Debug, Clone, Default)]
pub(crate) struct StallDetector {
    seen: Option<(Instant, Vec<Link>)>,
}

impl StallDetector {
    /// Observes a sweep. Returns whether the figures have been the same for so long.
    pub(crate) fn has_lasted(
        &mut self,
        now: Instant,
        long: Duration,
        deltas: &CounterDeltas,
        pending: &[Pending],
    ) -> bool {
        let links = deltas.links();
        self.seen = match self.seen.take() {
            _ if !only_bypassed(deltas, pending) => None,
            Some((since, before)) if before == links => Some((since, before)),
            _ => Some((now, links)),
        };
        self.seen.as_ref().is_some_and(|(since, _)| now.duration_since(*since) >= long)
    }
}

/// Whether the parts are idle, and every span that is short somewhere has arrived farther on, so that none is in flight.
fn only_bypassed(deltas: &CounterDeltas, pending: &[Pending]) -> bool {
    deltas.bypass().is_some_and(|bypass| bypass.is_whole() && *pending == [Pending::Bypass(bypass)])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::balance;
    use crate::collector_counts::{CollectorCounts, ExporterCounts};
    use crate::service_counts::ServiceCounts;
    use crate::tail_sampler_state::TailSamplerState;

    /// `users` has exported two spans that bypass the agent, and so many of them have come to the gateway.
    fn deltas(arrived: u64, live: i64) -> CounterDeltas {
        let service = |live| ServiceCounts { live, ended: 2, processed: 2, exported: 2, ..ServiceCounts::default() };
        let hop = |count| {
            let exporters = [("next".to_owned(), ExporterCounts { sent: count, ..ExporterCounts::default() })].into();
            CollectorCounts { accepted: count, exporters, ..CollectorCounts::default() }
        };
        CounterDeltas {
            services: [("items".to_owned(), service(live)), ("users".to_owned(), service(0))].into(),
            hops: vec![("agent".to_owned(), hop(2)), ("gateway".to_owned(), hop(2 + arrived))],
            ..CounterDeltas::default()
        }
    }

    /// Whether it is a stall when this is seen now and two seconds later.
    fn holds(first: &CounterDeltas, then: &CounterDeltas) -> bool {
        let pending = |deltas| balance::pending(deltas, &BTreeSet::new(), &mut TailSamplerState::default());
        let (now, two) = (Instant::now(), Duration::from_secs(2));
        let mut stall = StallDetector::default();
        assert!(!stall.has_lasted(now, two, first, &pending(first)), "too soon");
        stall.has_lasted(now + two, two, then, &pending(then))
    }

    #[test]
    fn what_went_past_a_hop_and_has_arrived_is_not_waited_for() {
        assert!(holds(&deltas(2, 0), &deltas(2, 0)));
    }

    #[test]
    fn what_may_be_on_its_way_is_waited_for() {
        assert!(!holds(&deltas(1, 0), &deltas(1, 0)), "one has arrived nowhere");
        assert!(!holds(&deltas(2, 1), &deltas(2, 1)), "a span is live");
        assert!(!holds(&deltas(1, 0), &deltas(2, 0)), "it has only just arrived");
    }
}
