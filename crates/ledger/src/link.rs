//! A link of the chain: what one hop says that it sent, beside what the next one says that it took.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::books::Account;
use super::counts::Service;

/// Who sends to a hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// The services together.
    Services,
    /// The hop before it.
    Hop(String),
}

impl Sender {
    /// The hop, if it is one.
    #[must_use]
    pub fn hop(&self) -> Option<&str> {
        match self {
            Self::Services => None,
            Self::Hop(name) => Some(name),
        }
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hop().unwrap_or("the services"))
    }
}

/// Two neighbours, and what both count of the same spans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Who sends.
    pub from: Sender,
    /// The hop that takes.
    pub to: String,
    /// Spans whose export succeeded: they have arrived.
    pub certain: u64,
    /// Spans whose export failed: they may have arrived all the same.
    pub possible: u64,
    /// Spans that the next hop took.
    pub accepted: u64,
}

impl Link {
    /// Spans that were taken and that nobody says they sent: an export that had arrived was tried again, or somebody else sends.
    #[must_use]
    pub fn surplus(&self) -> u64 {
        self.accepted.saturating_sub(self.certain.saturating_add(self.possible))
    }

    /// Spans that were sent for certain and that the next hop has not taken: they are on their way, or went somewhere else.
    #[must_use]
    pub fn shortfall(&self) -> u64 {
        self.certain.saturating_sub(self.accepted)
    }
}

impl Account {
    /// Every link, in the direction in which spans move.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        let exported = self.services.values().map(|service| service.exported).sum();
        // What a service has exported in its last moments is in no book if it said nothing of it.
        let failed = match self.silent.is_empty() {
            true => self.services.values().map(Service::failed).sum(),
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
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::counts::Hop;

    fn link(exported: u64, failed: u64, silent: bool, accepted: u64) -> Link {
        let failed = BTreeMap::from([("timeout".to_owned(), failed)]);
        let service = Service { exported, failed, ..Service::default() };
        let account = Account {
            services: BTreeMap::from([("items".to_owned(), service)]),
            hops: vec![("agent".to_owned(), Hop { accepted, ..Hop::default() })],
            silent: if silent { BTreeSet::from(["items".to_owned()]) } else { BTreeSet::new() },
            ..Account::default()
        };
        account.links().remove(0)
    }

    #[test]
    fn more_than_may_have_arrived_is_surplus() {
        assert_eq!(link(3, 0, false, 4).surplus(), 1);
        assert_eq!(link(3, 2, false, 5).surplus(), 0, "what failed may have arrived");
        assert_eq!(link(3, 0, true, 9).surplus(), 0, "who said nothing may have exported more");
    }
}
