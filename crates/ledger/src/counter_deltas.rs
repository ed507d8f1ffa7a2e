//! What every part counted since the baseline, and how the counts of neighbors compare.

use std::collections::{BTreeMap, BTreeSet};

use crate::bypass::Bypass;
use crate::collector_counts::CollectorCounts;
use crate::ledger_finding::LedgerFinding;
use crate::link::{Link, Sender};
use crate::loss::Loss;
use crate::metrics::{ACCEPTED, SENT};
use crate::pending::Pending;
use crate::service_counts::ServiceCounts;
use crate::tail_sampler_counts::DECISIONS;

/// Of at most so many services it is inferred which bypass a hop.
const CHOOSABLE: usize = 12;

/// At most so many explanations are shown.
const EXPLANATIONS: usize = 3;

/// What was counted since the baseline, over all incarnations of the parts.
#[derive(Debug, Clone, Default)]
pub struct CounterDeltas {
    /// By service.
    pub services: BTreeMap<String, ServiceCounts>,
    /// By hop, in the direction in which spans move.
    pub hops: Vec<(String, CollectorCounts)>,
    /// Receivers of the messages that `lab` itself published.
    pub published: u64,
    /// Whether the store is known to hold spans of the run; only looked up where the last hop may lack its counters.
    pub is_stored: bool,
    /// Why the counters of single parts are incomplete, as their readings show.
    pub gaps: Vec<LedgerFinding>,
    /// Metrics that hops do not have, which may mean that they have counted nothing.
    pub absent: BTreeMap<String, BTreeSet<&'static str>>,
    /// Services that were stopped and sent no shutdown report.
    pub silent: BTreeSet<String>,
}

impl CounterDeltas {
    /// Every link, in the direction in which spans move.
    pub(crate) fn links(&self) -> Vec<Link> {
        let exported = self.services.values().map(|service| service.exported).sum();
        // What a service has exported in its last moments is unknown without its shutdown report.
        let failed = match self.silent.is_empty() {
            true => self.services.values().map(|service| service.failed.total()).sum(),
            false => u64::MAX,
        };
        let mut before = (Sender::Services, exported, failed);
        let mut links = Vec::new();
        for (name, hop) in &self.hops {
            let after = (Sender::Hop(name.clone()), hop.exported().sent, hop.exported().send_failed);
            let (from, exported, maybe_exported) = std::mem::replace(&mut before, after);
            links.push(Link { from, to: name.clone(), exported, maybe_exported, accepted: hop.accepted });
        }
        links
    }

    /// Every loss that is counted.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        let services = self.services.iter().flat_map(|(name, service)| Loss::at_service(name, service));
        services.chain(self.hops.iter().flat_map(|(name, hop)| Loss::at_collector(name, hop))).collect()
    }

    /// What is certainly in flight. At a part whose counters are incomplete it may only seem so.
    #[must_use]
    pub fn certainly_pending(&self, pending: &[Pending]) -> Vec<Pending> {
        let gaps = self.gaps();
        pending.iter().filter(|pending| !gaps.iter().any(|gap| doubts(gap, pending))).cloned().collect()
    }

    /// Why the counters are incomplete; nothing where they can be relied on. Only of parts that are idle: a metric that
    /// appears with the first span may be absent for a moment.
    pub(crate) fn gaps(&self) -> Vec<LedgerFinding> {
        let lacks = |hop: &str, metric| self.absent.get(hop).is_some_and(|absent| absent.contains(metric));
        let links = self.links();
        // Its sender counts spans as exported to it.
        let is_unaccepted = |link: &&Link| link.exported > 0 && link.accepted == 0 && lacks(&link.to, ACCEPTED);
        let unaccepted = links.iter().filter(is_unaccepted).map(|link| (link.to.as_str(), ACCEPTED));
        // It accepted spans, and the next hop has some.
        let arrived = self.hops.iter().skip(1).map(|(_, next)| next.accepted > 0).chain([self.is_stored]);
        let unsent = self.hops.iter().zip(arrived).filter(|((hop, counts), arrived)| {
            *arrived && counts.accepted > 0 && counts.exported().done() == 0 && lacks(hop, SENT)
        });
        let missing = unaccepted.chain(unsent.map(|((hop, _), _)| (hop.as_str(), SENT)));
        let missing = missing.map(|(hop, metric)| LedgerFinding::counter_missing(hop, metric));
        let mut gaps: Vec<LedgerFinding> = Vec::new();
        for gap in self.gaps.iter().cloned().chain(missing) {
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
        }
        gaps
    }

    /// The first hop that some sender bypasses. The parts must be idle, because spans in flight look the same.
    pub(crate) fn bypass(&self) -> Option<Bypass> {
        let mut links = self.links().into_iter();
        let short = links.by_ref().find(|link| link.shortfall() > 0)?;
        let surplus = links.find(|link| link.surplus() > 0)?;
        let senders = match &short.from {
            Sender::Services => self.senders_of(short.shortfall()),
            Sender::Hop(hop) => Some(vec![vec![hop.clone()]]),
        };
        let several = senders.is_none();
        Some(Bypass { short, surplus, senders: senders.unwrap_or_default(), several })
    }

    /// Every choice of services that together exported so many spans; none where there are too many to show.
    ///
    /// The sums are bounded: at most [`CHOOSABLE`] services, and a few choices for each sum.
    fn senders_of(&self, spans: u64) -> Option<Vec<Vec<String>>> {
        let exporting: Vec<_> = self.services.iter().filter(|(_, service)| service.exported > 0).collect();
        if exporting.len() > CHOOSABLE {
            return None;
        }
        let mut choices: BTreeMap<u64, Vec<Vec<String>>> = BTreeMap::from([(0, vec![Vec::new()])]);
        for (name, service) in exporting {
            for (sum, chosen) in choices.clone() {
                let sum = sum + service.exported;
                let more = chosen.into_iter().map(|names| [names, vec![name.clone()]].concat());
                if sum <= spans {
                    let same_sum = choices.entry(sum).or_default();
                    same_sum.extend(more);
                    // One more than are shown, so that it is known that there are more.
                    same_sum.truncate(EXPLANATIONS + 1);
                }
            }
        }
        Some(choices.remove(&spans).unwrap_or_default()).filter(|choices| choices.len() <= EXPLANATIONS)
    }
}

/// Whether something may only seem to be in flight because of a gap.
fn doubts(gap: &LedgerFinding, pending: &Pending) -> bool {
    let may_only_seem = match (gap, pending) {
        // Without its counter, no span would be live.
        (LedgerFinding::InstanceUnknown { .. } | LedgerFinding::StartUnread { .. }, _)
        | (LedgerFinding::CounterMissing { .. }, Pending::Live { .. }) => false,
        (LedgerFinding::CounterMissing { metric, .. }, Pending::Held { undecided: Some(_), .. }) => {
            DECISIONS.contains(&metric.as_str())
        }
        _ => true,
    };
    may_only_seem && pending.parts().iter().any(|part| gap.parts().contains(part))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use trace_assert::{Resource, Span, Trace};

    use super::*;
    use crate::collector_counts::ExporterCounts;
    use crate::service_counts::Failures;

    fn link(exported: u64, failed: u64, silent: bool, accepted: u64) -> Link {
        let failed = Failures { at_shutdown: failed, ..Failures::default() };
        let service = ServiceCounts { exported, failed, ..ServiceCounts::default() };
        let deltas = CounterDeltas {
            services: BTreeMap::from([("items".to_owned(), service)]),
            hops: vec![("agent".to_owned(), CollectorCounts { accepted, ..CollectorCounts::default() })],
            silent: if silent { BTreeSet::from(["items".to_owned()]) } else { BTreeSet::new() },
            ..CounterDeltas::default()
        };
        deltas.links().remove(0)
    }

    #[test]
    fn more_than_may_have_arrived_is_surplus() {
        assert_eq!(link(3, 0, false, 4).surplus(), 1);
        assert_eq!(link(3, 2, false, 5).surplus(), 0, "what failed may have arrived");
        assert_eq!(link(3, 0, true, 9).surplus(), 0, "a service without a shutdown report may have exported more");
    }

    fn deltas(exported: &[(&str, u64)], agent: u64, gateway: u64) -> CounterDeltas {
        let service = |count| ServiceCounts { exported: count, ..ServiceCounts::default() };
        let hop = |count| {
            let exporters =
                BTreeMap::from([("next".to_owned(), ExporterCounts { sent: count, ..ExporterCounts::default() })]);
            CollectorCounts { accepted: count, exporters, ..CollectorCounts::default() }
        };
        CounterDeltas {
            services: exported.iter().map(|(name, count)| ((*name).to_owned(), service(*count))).collect(),
            hops: vec![("agent".to_owned(), hop(agent)), ("gateway".to_owned(), hop(gateway))],
            ..CounterDeltas::default()
        }
    }

    #[test]
    fn senders_that_bypass_a_hop_are_named_by_what_is_short() {
        let bypass = deltas(&[("items", 4), ("remote-users", 1), ("users", 2)], 5, 7).bypass().unwrap();
        assert!(bypass.is_whole());
        assert_eq!((bypass.short.shortfall(), bypass.surplus.surplus()), (2, 2));
        assert_eq!(bypass.senders, [["users"]]);
    }

    #[test]
    fn several_explanations_are_all_shown_and_none_is_made_up() {
        let bypass = deltas(&[("items", 3), ("remote-users", 1), ("users", 2)], 3, 6).bypass().unwrap();
        assert_eq!(bypass.senders, [vec!["items"], vec!["remote-users", "users"]]);
        let bypass = deltas(&[("items", 4), ("users", 3)], 5, 7).bypass().unwrap();
        assert_eq!((bypass.senders, bypass.several), (Vec::new(), false));
    }

    #[test]
    fn more_explanations_than_can_be_shown_are_several() {
        let many: Vec<String> = (0..40).map(|number| format!("service-{number}")).collect();
        let services = |count: usize| many[..count].iter().map(|name| (name.as_str(), 1)).collect::<Vec<_>>();
        let bypass = |count: usize| deltas(&services(count), count as u64 - 1, count as u64).bypass().unwrap();
        assert_eq!(bypass(EXPLANATIONS).senders.len(), EXPLANATIONS);
        for count in [EXPLANATIONS + 1, CHOOSABLE, 40] {
            let bypass = bypass(count);
            assert!(bypass.several && bypass.senders.is_empty());
        }
    }

    #[test]
    fn of_too_many_services_none_is_inferred() {
        // Every sum has one explanation.
        let many: Vec<String> = (0..=CHOOSABLE).map(|number| format!("service-{number:02}")).collect();
        let bypass = |count: usize| {
            let services: Vec<_> = (0..count).map(|number| (many[number].as_str(), 1 << number)).collect();
            let all = (1 << count) - 1;
            deltas(&services, all - 1, all).bypass().unwrap()
        };
        assert_eq!(bypass(CHOOSABLE).senders, [["service-00"]]);
        assert!(bypass(CHOOSABLE + 1).several);
    }

    #[test]
    fn the_mark_of_a_hop_shows_which_services_bypass_it() {
        let bypass = deltas(&[("items", 2), ("users", 2)], 2, 4).bypass().unwrap();
        let span = |service: &str, marks: &[&str]| {
            let marks = marks.iter().map(|mark| ((*mark).to_owned(), true.into()));
            let attributes = marks.chain([("service.name".to_owned(), service.into())]).collect();
            Span { resource: Arc::new(Resource { attributes }), ..Span::default() }
        };
        let seen = |users: &[&str]| {
            bypass.marked(&Trace::group(vec![span("items", &["lab.hop.agent"]), span("users", users)]))
        };
        let marked = seen(&["lab.hop.gateway"]).unwrap();
        assert_eq!((marked.bypassing, marked.passing_through), (vec!["users".to_owned()], vec!["items".to_owned()]));
        assert_eq!(seen(&["lab.hop.agent"]), None);
        assert_eq!(bypass.marked(&Trace::group(vec![span("items", &[]), span("users", &[])])), None);
    }

    #[test]
    fn what_arrived_nowhere_is_no_bypass() {
        assert_eq!(deltas(&[("items", 4)], 3, 3).bypass(), None);
        assert_eq!(deltas(&[("items", 3)], 3, 4).bypass(), None);
        assert!(!deltas(&[("items", 5)], 3, 4).bypass().unwrap().is_whole());
    }

    fn lacking(deltas: CounterDeltas, hop: &str, metric: &'static str) -> Vec<LedgerFinding> {
        let absent = BTreeMap::from([(hop.to_owned(), BTreeSet::from([metric]))]);
        CounterDeltas { absent, ..deltas }.gaps()
    }

    #[test]
    fn a_hop_to_which_spans_were_exported_must_count_what_it_accepted() {
        let missing = [LedgerFinding::counter_missing("agent", ACCEPTED)];
        assert_eq!(lacking(deltas(&[("items", 7)], 0, 7), "agent", ACCEPTED), missing);
        assert_eq!(lacking(deltas(&[("items", 0)], 0, 0), "agent", ACCEPTED), [], "nothing was exported to it");
        assert_eq!(lacking(deltas(&[("items", 7)], 7, 7), "agent", ACCEPTED), [], "it counted before it restarted");
        assert_eq!(deltas(&[("items", 7)], 0, 0).gaps(), [], "its counter is there, and 0");
    }

    #[test]
    fn a_hop_whose_spans_arrived_must_count_what_it_sent() {
        let silent = |hop: usize| {
            let mut deltas = deltas(&[("items", 7)], 7, 7);
            deltas.hops[hop].1.exporters.clear();
            deltas
        };
        assert_eq!(lacking(silent(0), "agent", SENT), [LedgerFinding::counter_missing("agent", SENT)]);
        assert_eq!(lacking(silent(1), "gateway", SENT), [], "it may hold them");
        let stored = CounterDeltas { is_stored: true, ..silent(1) };
        assert_eq!(lacking(stored, "gateway", SENT), [LedgerFinding::counter_missing("gateway", SENT)]);
    }
}
