//! What is known of a ledger that did not close: no proof, but where to look.

use serde::{Deserialize, Serialize};

use crate::counter_deltas::CounterDeltas;
use crate::hop_total::HopTotal;
use crate::loss::Loss;
use crate::pending::Pending;
use crate::service_total::ServiceTotal;
use crate::total::losses;

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

impl Unfinished {
    /// What an deltas says that does not balance; without one, no part could be read.
    #[must_use]
    pub fn new(deltas: &CounterDeltas, pending: &[Pending]) -> Self {
        let services = deltas.services.iter().map(|(name, service)| ServiceTotal {
            name: name.clone(),
            ended: service.ended,
            exported: service.exported,
            non_recording: service.non_recording,
        });
        Self {
            closed: false,
            pending: pending.to_vec(),
            services: services.collect(),
            hops: deltas.hops.iter().map(|(name, hop)| HopTotal::new(name, hop)).collect(),
            losses: losses(deltas),
        }
    }
}
