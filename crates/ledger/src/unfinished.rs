//! What is known of a run that did not settle: no proof, but where to look.

use serde::{Deserialize, Serialize};

use crate::counter_deltas::CounterDeltas;
use crate::hop_total::HopTotal;
use crate::loss::Loss;
use crate::pending::Pending;

/// The counts of a run that did not settle.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Unfinished {
    /// Always false: these are the counts of one moment, at which spans were in flight.
    pub closed: bool,
    /// What was in flight.
    pub pending: Vec<Pending>,
    /// What each service counted.
    pub services: Vec<ServiceTotal>,
    /// What each hop counted.
    pub hops: Vec<HopTotal>,
    /// Losses that were counted by then.
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
    pub non_recording: u64,
}

impl Unfinished {
    /// Of deltas that do not balance.
    pub(crate) fn new(deltas: &CounterDeltas, pending: &[Pending]) -> Self {
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
            hops: deltas.hops.iter().map(HopTotal::from).collect(),
            losses: deltas.losses(),
        }
    }
}
