//! What is still in flight; if nothing is, the ledger balances.

use std::collections::BTreeSet;

use crate::collector_counts::CollectorCounts;
use crate::counter_deltas::CounterDeltas;
use crate::link::Link;
use crate::pending::{Pending, Undecided};
use crate::service_counts::ServiceCounts;
use crate::tail_sampler_state::TailSamplerState;

/// Everything that keeps the deltas from being final.
pub(crate) fn pending(
    deltas: &CounterDeltas,
    dead: &BTreeSet<String>,
    tail_samplers: &mut TailSamplerState,
) -> Vec<Pending> {
    let mut pending: Vec<Pending> = idle(deltas, dead, tail_samplers);
    pending.extend(messages(deltas));
    // While parts are busy, what is in flight looks as if it had bypassed a hop.
    let bypass = deltas.bypass().filter(|bypass| pending.is_empty() && !dead.contains(&bypass.short.to));
    let is_its_own = |link: &Link| bypass.as_ref().is_some_and(|bypass| bypass.short == *link);
    let mut short_links = deltas.links();
    short_links.retain(|link| link.shortfall() > 0 && !dead.contains(&link.to) && !is_its_own(link));
    let to_pending = |Link { from, to, accepted, exported, .. }| Pending::Short { from, to, accepted, exported };
    pending.extend(bypass.map(Pending::Bypass).into_iter().chain(short_links.into_iter().map(to_pending)));
    pending
}

/// What keeps the parts busy, each part on its own.
#[must_use]
pub fn idle(deltas: &CounterDeltas, dead: &BTreeSet<String>, tail_samplers: &mut TailSamplerState) -> Vec<Pending> {
    let services = deltas.services.iter().flat_map(|(name, service)| in_service(name, service));
    let hops = deltas.hops.iter().filter(|(name, _)| !dead.contains(name));
    services.chain(hops.filter_map(|(name, hop)| in_hop(name, hop, tail_samplers.undecided(name, hop)))).collect()
}

/// A service is done when no span is live and all that ended were exported, dropped by the queue, or given up.
#[must_use]
pub fn in_service(name: &str, counts: &ServiceCounts) -> Vec<Pending> {
    let service = name.to_owned();
    let queued = counts.ended.cast_signed() - (counts.processed + counts.dropped.total()).cast_signed();
    let exporting = counts.processed.cast_signed() - (counts.exported + counts.failed.total()).cast_signed();
    let pending = [
        (counts.live, Pending::Live { service: service.clone(), spans: counts.live }),
        (queued, Pending::Unprocessed { service: service.clone(), spans: queued }),
        (exporting, Pending::Unexported { service, spans: exporting }),
    ];
    pending.into_iter().filter(|(spans, _)| *spans != 0).map(|(_, pending)| pending).collect()
}

/// A hop is done when its sampler has decided about everything, and all that it let through has left.
fn in_hop(name: &str, hop: &CollectorCounts, undecided: Option<Undecided>) -> Option<Pending> {
    // Until the sampler has decided, it is unknown which spans it will let through, so all count as held.
    let removed = if undecided.is_some() { hop.removed().cast_signed() } else { 0 };
    let spans = hop.held() + removed;
    let busy = undecided.is_some() || spans != 0;
    busy.then(|| Pending::Held { at: name.to_owned(), spans, refused: hop.refused, undecided })
}

/// Every message that was delivered to a receiver has been processed.
fn messages(deltas: &CounterDeltas) -> Option<Pending> {
    let delivered = deltas.published + deltas.services.values().map(|service| service.delivered).sum::<u64>();
    let consumed: u64 = deltas.services.values().map(|service| service.consumed).sum();
    (consumed < delivered).then_some(Pending::Messages { consumed, delivered })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::collector_counts::ExporterCounts;
    use crate::tail_sampler_counts::TailSamplerCounts;

    fn deltas(ended: u64, accepted: u64, sent: u64) -> CounterDeltas {
        let service = ServiceCounts { ended, processed: ended, exported: ended, ..ServiceCounts::default() };
        let exporters = BTreeMap::from([("store".to_owned(), ExporterCounts { sent, ..ExporterCounts::default() })]);
        let hop = CollectorCounts { accepted, exporters, ..CollectorCounts::default() };
        CounterDeltas {
            services: BTreeMap::from([("items".to_owned(), service)]),
            hops: vec![("jaeger".to_owned(), hop)],
            ..CounterDeltas::default()
        }
    }

    fn pending_text(deltas: &CounterDeltas) -> Vec<String> {
        pending(deltas, &BTreeSet::new(), &mut TailSamplerState::default()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn equal_figures_balance() {
        assert_eq!(pending_text(&deltas(3, 3, 3)), Vec::<String>::new());
    }

    #[test]
    fn what_is_held_or_on_the_wire_is_named_with_its_hop() {
        assert_eq!(pending_text(&deltas(3, 3, 1)), ["jaeger: 2 spans held"]);
        assert_eq!(pending_text(&deltas(3, 2, 2)), ["jaeger: accepted 2 of the 3 spans that the services exported"]);
    }

    #[test]
    fn what_arrived_more_than_once_is_not_waited_for() {
        // The stores are read before the services, so nothing that is still to come would make it less.
        assert_eq!(pending_text(&deltas(3, 4, 4)), Vec::<String>::new());
    }

    #[test]
    fn a_sampler_that_waits_holds_all_that_it_accepted() {
        let mut open = deltas(7, 7, 0);
        let tail = TailSamplerCounts { received: 2, rounds: 3, let_through: 0, ..TailSamplerCounts::default() };
        open.hops[0].1.tail = Some(tail);
        assert_eq!(pending_text(&open), ["jaeger: 7 spans held, 2 traces undecided, decision_wait 2s"]);
    }

    #[test]
    fn a_service_with_a_live_span_or_a_full_buffer_is_not_done() {
        let mut open = deltas(3, 3, 3);
        let items = open.services.get_mut("items").unwrap();
        items.live = 1;
        items.ended = 5;
        items.processed = 4;
        assert_eq!(
            pending_text(&open),
            [
                "items: 1 span live",
                "items: 1 span ended and not yet processed",
                "items: 1 span processed and not yet exported"
            ]
        );
    }

    #[test]
    fn a_message_on_its_way_keeps_a_run_from_settling() {
        let mut open = deltas(0, 0, 0);
        open.services.get_mut("items").unwrap().delivered = 2;
        assert_eq!(pending_text(&open), ["0 of 2 messages processed"]);
    }
}
