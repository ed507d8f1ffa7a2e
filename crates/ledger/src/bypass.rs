//! Exports past a hop: it took less than was sent to it, and a later one took more than was sent to that.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use trace_assert::{Span, Trace};

use super::books::Account;
use super::link::{Link, Sender};

/// How many spans went past a hop, and who may have sent them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bypass {
    /// The link on which less arrived than was sent for certain.
    pub short: Link,
    /// The later link on which more arrived.
    pub surplus: Link,
    /// Senders that together exported as many spans as are short; each entry is one explanation.
    pub senders: Vec<Vec<String>>,
}

/// Which services went past a hop and which through it, as the hop's mark on stored spans shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The attribute that the hop sets.
    pub mark: String,
    /// Services with stored spans that lack it.
    pub past: Vec<String>,
    /// Services with stored spans that have it.
    pub through: Vec<String>,
}

impl Bypass {
    /// Whether all that is short has arrived farther on: then it is not on its way.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.short.shortfall() == self.surplus.surplus()
    }

    /// The parts that it is about.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        let senders = self.senders.iter().flatten().map(String::as_str);
        [self.short.to.as_str(), self.surplus.to.as_str()].into_iter().chain(senders).collect()
    }

    /// Who went past the hop, as the store shows it: spans that came through a collector have its mark, `lab.hop.agent`.  Nothing
    /// where no span has it: then the hop may set none.
    #[must_use]
    pub fn marked(&self, traces: &[Trace]) -> Option<Marked> {
        let mark = format!("lab.hop.{}", self.short.to);
        let spans = || traces.iter().flat_map(|trace| &trace.spans);
        let (marked, unmarked): (Vec<&Span>, Vec<&Span>) =
            spans().partition(|span| span.resource.attributes.contains_key(&mark));
        let named = |spans: &[&Span]| spans.iter().map(|span| span.service().to_owned()).collect::<BTreeSet<_>>();
        let past = !marked.is_empty() && !unmarked.is_empty();
        let listed = |spans: &[&Span]| named(spans).into_iter().collect();
        past.then(|| Marked { past: listed(&unmarked), through: listed(&marked), mark })
    }
}

impl Account {
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

impl fmt::Display for Bypass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Link { from, to, accepted, certain, .. }, later) = (&self.short, &self.surplus);
        write!(f, "{to} accepted {accepted} of the {certain} that {from} exported, and ")?;
        write!(f, "{} {} more than {} exported: somebody exports past {to}", later.to, later.surplus(), later.from)?;
        if self.senders.is_empty() {
            return Ok(());
        }
        let senders = self.senders.iter().map(|names| names.join(" and ")).collect::<Vec<_>>().join(", or ");
        match from {
            Sender::Services => {
                write!(f, " (inferred: {senders}, who exported the {} that are short)", self.short.shortfall())
            }
            Sender::Hop(_) => write!(f, " (inferred: {senders})"),
        }
    }
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mark, past, through } = self;
        write!(f, "stored spans without {mark} are of {}, those with it of {}", past.join(", "), through.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use trace_assert::Resource;

    use super::*;
    use crate::counts::{Hop, Sent, Service};

    fn account(exported: &[(&str, u64)], agent: u64, gateway: u64) -> Account {
        let service = |count| Service { exported: count, ..Service::default() };
        let hop = |count| {
            let exporters = BTreeMap::from([("next".to_owned(), Sent { sent: count, ..Sent::default() })]);
            Hop { accepted: count, exporters, ..Hop::default() }
        };
        Account {
            services: exported.iter().map(|(name, count)| ((*name).to_owned(), service(*count))).collect(),
            hops: vec![("agent".to_owned(), hop(agent)), ("gateway".to_owned(), hop(gateway))],
            ..Account::default()
        }
    }

    #[test]
    fn who_exports_past_a_hop_is_named_by_what_is_short() {
        let bypass = account(&[("items", 4), ("remote-users", 1), ("users", 2)], 5, 7).bypass().unwrap();
        assert!(bypass.is_whole());
        assert_eq!(
            bypass.to_string(),
            "agent accepted 5 of the 7 that the services exported, and gateway 2 more than agent exported: somebody exports \
             past agent (inferred: users, who exported the 2 that are short)"
        );
    }

    #[test]
    fn several_explanations_are_all_told_and_none_is_made_up() {
        let bypass = account(&[("items", 3), ("remote-users", 1), ("users", 2)], 3, 6).bypass().unwrap();
        assert_eq!(bypass.senders, [vec!["items"], vec!["remote-users", "users"]]);
        let bypass = account(&[("items", 4), ("users", 3)], 5, 7).bypass().unwrap();
        assert!(bypass.to_string().ends_with("somebody exports past agent"), "{bypass}");
    }

    #[test]
    fn the_mark_of_a_hop_tells_who_went_past_it() {
        let bypass = account(&[("items", 2), ("users", 2)], 2, 4).bypass().unwrap();
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
        assert_eq!(account(&[("items", 4)], 3, 3).bypass(), None);
        assert_eq!(account(&[("items", 3)], 3, 4).bypass(), None);
        assert!(!account(&[("items", 5)], 3, 4).bypass().unwrap().is_whole());
    }
}
