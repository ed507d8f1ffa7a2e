//! What is known of one trace.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::{SpanId, Trace, TraceId};

use crate::Finding;
use ledger::sampled::Sampled;
use ledger::sampler_state::SamplerState;
use ledger::{LedgerFinding, Pending};

/// What is known of one trace, and from where.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The trace.
    pub id: TraceId,
    /// Where it was looked for, as the end of a sentence: `the running lab`, or a run's folder.
    pub place: String,
    /// Where else it was looked for in vain, as a sentence; nobody knows it then.
    pub nobody: Option<String>,
    /// The step of a scenario that caused it.
    pub step: Option<String>,
    /// What the run found wrong with it.
    pub refuted: Vec<Finding>,
    /// The part that the step asked.
    pub asked: Option<String>,
    /// Whether the service that answered first said that it is sampled (the flags of `traceresponse`), where that was kept.
    pub answered: Option<bool>,
    /// Spans that services recorded and ended, as they remember them.
    pub ended: Vec<Ended>,
    /// The head sampler of each service, as it said.
    pub samplers: BTreeMap<String, SamplerState>,
    /// Spans that services started and did not record, all traces together.
    pub unrecorded: u64,
    /// The same by service, where that was kept.
    pub unrecorded_by: BTreeMap<String, u64>,
    /// The trace as it is stored.
    pub stored: Option<Trace>,
    /// Whether Jaeger could not be asked, so that nothing is known of what is stored.
    pub unasked: bool,
    /// Spans that callers outside the lab named as parents: nobody stores them.
    pub callers: BTreeSet<SpanId>,
    /// What tail samplers decided, all traces together.
    pub sampled: Vec<Sampled>,
    /// What may still bring it: spans held somewhere, undecided traces.
    pub under_way: Vec<Pending>,
    /// Where spans were lost, all traces together.
    pub losses: Vec<LedgerFinding>,
}

/// A span that a service recorded and ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ended {
    /// The service.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its id.
    pub span_id: SpanId,
    /// Whether it was to be exported.
    pub sampled: bool,
}

impl Evidence {
    /// Nothing is known yet.
    #[must_use]
    pub fn none(id: TraceId, place: String) -> Self {
        Self {
            id,
            place,
            nobody: None,
            step: None,
            refuted: Vec::new(),
            asked: None,
            answered: None,
            ended: Vec::new(),
            samplers: BTreeMap::new(),
            unrecorded: 0,
            unrecorded_by: BTreeMap::new(),
            stored: None,
            unasked: false,
            callers: BTreeSet::new(),
            sampled: Vec::new(),
            under_way: Vec::new(),
            losses: Vec::new(),
        }
    }

    /// Whether anybody has heard of the trace.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.stored.is_some() || !self.ended.is_empty() || self.answered.is_some() || self.step.is_some()
    }
}
