//! What is known of a ledger that did not close: no proof, but where to look.

use serde::{Deserialize, Serialize};

use super::books::Account;
use super::loss::Loss;
use super::pending::Pending;
use super::total::{HopTotal, losses};

/// A ledger that did not close.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Unfinished {
    /// Always false: what stands here is of one moment, at which spans were under way.
    pub closed: bool,
    /// What was under way.
    pub pending: Vec<Pending>,
    /// What each service counted.
    pub services: Vec<ServiceTotal>,
    /// What each hop counted.
    pub hops: Vec<HopTotal>,
    /// Losses that are counted by then.
    pub losses: Vec<Loss>,
}

/// What one service did with its spans.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct ServiceTotal {
    /// The service.
    pub name: String,
    /// Spans that it recorded and ended.
    pub ended: u64,
    /// Spans whose export succeeded.
    pub exported: u64,
    /// Spans that it did not record, by its sampler's decision.
    pub unrecorded: u64,
}

impl Unfinished {
    /// What an account says that does not balance; without one, no part could be read.
    #[must_use]
    pub fn of(account: &Account, pending: &[Pending]) -> Self {
        let services = account.services.iter().map(|(name, service)| ServiceTotal {
            name: name.clone(),
            ended: service.ended,
            exported: service.exported,
            unrecorded: service.unrecorded,
        });
        Self {
            closed: false,
            pending: pending.to_vec(),
            services: services.collect(),
            hops: account.hops.iter().map(|(name, hop)| HopTotal::of(name, hop)).collect(),
            losses: losses(account),
        }
    }
}
