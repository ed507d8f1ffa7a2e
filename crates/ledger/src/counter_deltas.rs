//! What every part counted since the baseline, and how the counts of neighbors compare.

use std::collections::{BTreeMap, BTreeSet};

use crate::bypass::Bypass;
use crate::collector_counts::CollectorCounts;
use crate::link::{Link, Sender};
use crate::service_counts::ServiceCounts;

/// What was counted since the baseline, over all incarnations of the parts.
#[derive(Debug, Clone, Default)]
pub struct CounterDeltas {
    /// By service.
    pub services: BTreeMap<String, ServiceCounts>,
    /// By hop, in the direction in which spans move.
    pub hops: Vec<(String, CollectorCounts)>,
    /// Receivers of the messages that `lab` itself published.
    pub published: u64,
    /// Parts that began anew although nobody stopped them.
    pub restarted: Vec<String>,
    /// Services that were told to end and sent no shutdown report.
    pub silent: BTreeSet<String>,
}

impl CounterDeltas {
    /// Every link, in the direction in which spans move.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        let exported = self.services.values().map(|service| service.exported).sum();
        // What a service has exported in its last moments is unknown without its shutdown report.
        let failed = match self.silent.is_empty() {
            true => self.services.values().map(ServiceCounts::failed).sum(),
            false => u64::MAX,
        };
        let mut before = (Sender::Services, exported, failed);
        let mut links = Vec::new();
        for (name, hop) in &self.hops {
            let after = (Sender::Hop(name.clone()), hop.sent(), hop.send_failed());
            let (from, certain, possible) = std::mem::replace(&mut before, after);
            links.push(Link { from, to: name.clone(), certain, possible, accepted: hop.accepted });
        }
        links
    }

    /// The first hop past which somebody exports.  Only of parts that are idle: what is on its way looks alike.
    #[must_use]
    pub fn bypass(&self) -> Option<Bypass> {
        let mut links = self.links().into_iter();
        let short = links.by_ref().find(|link| link.shortfall() > 0)?;
        let surplus = links.find(|link| link.surplus() > 0)?;
        let senders = match &short.from {
            Sender::Services => self.who_exported(short.shortfall()),
            Sender::Hop(hop) => vec![vec![hop.clone()]],
        };
        Some(Bypass { short, surplus, senders })
    }

    /// Every choice of services that together exported so many spans.
    fn who_exported(&self, spans: u64) -> Vec<Vec<String>> {
        let mut choices = vec![(0, Vec::new())];
        for (name, service) in self.services.iter().filter(|(_, service)| service.exported > 0) {
            let more = choices.iter().map(|(sum, names): &(u64, Vec<String>)| {
                (sum + service.exported, names.iter().chain([name]).cloned().collect())
            });
            choices = choices.iter().cloned().chain(more).collect();
        }
        choices.into_iter().filter(|(sum, _)| *sum == spans).map(|(_, names)| names).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use trace_assert::{Resource, Span, Trace};

    use super::*;
    use crate::error_type::ErrorType;
    use crate::exporter_counts::ExporterCounts;

    fn link(exported: u64, failed: u64, silent: bool, accepted: u64) -> Link {
        let failed = BTreeMap::from([(ErrorType::Counted("timeout".to_owned()), failed)]);
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
        assert_eq!(link(3, 0, true, 9).surplus(), 0, "who said nothing may have exported more");
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
    fn who_exports_past_a_hop_is_named_by_what_is_short() {
        let bypass = deltas(&[("items", 4), ("remote-users", 1), ("users", 2)], 5, 7).bypass().unwrap();
        assert!(bypass.is_whole());
        assert_eq!(
            bypass.to_string(),
            "agent accepted 5 of the 7 that the services exported, and gateway 2 more than agent exported: somebody exports \
             past agent (inferred: users, who exported the 2 that are short)"
        );
    }

    #[test]
    fn several_explanations_are_all_told_and_none_is_made_up() {
        let bypass = deltas(&[("items", 3), ("remote-users", 1), ("users", 2)], 3, 6).bypass().unwrap();
        assert_eq!(bypass.senders, [vec!["items"], vec!["remote-users", "users"]]);
        let bypass = deltas(&[("items", 4), ("users", 3)], 5, 7).bypass().unwrap();
        assert!(bypass.to_string().ends_with("somebody exports past agent"), "{bypass}");
    }

    #[test]
    fn the_mark_of_a_hop_tells_who_went_past_it() {
        let bypass = deltas(&[("items", 2), ("users", 2)], 2, 4).bypass().unwrap();
        let span = |service: &str, marks: &[&str]| {
            let marks = marks.iter().map(|mark| ((*mark).to_owned(), true.into()));
            let attributes = marks.chain([("service.name".to_owned(), service.into())]).collect();
            Span { resource: Arc::new(Resource { attributes }), ..Span::default() }
        };
        let seen = |users: &[&str]| {
            bypass.marked(&Trace::group(vec![span("items", &["lab.hop.agent"]), span("users", users)]))
        };
        let said = "stored spans without lab.hop.agent are of users, those with it of items";
        assert_eq!(seen(&["lab.hop.gateway"]).unwrap().to_string(), said);
        assert_eq!(seen(&["lab.hop.agent"]), None);
        assert_eq!(bypass.marked(&Trace::group(vec![span("items", &[]), span("users", &[])])), None);
    }

    #[test]
    fn what_arrived_nowhere_went_past_nobody() {
        assert_eq!(deltas(&[("items", 4)], 3, 3).bypass(), None);
        assert_eq!(deltas(&[("items", 3)], 3, 4).bypass(), None);
        assert!(!deltas(&[("items", 5)], 3, 4).bypass().unwrap().is_whole());
    }
}
