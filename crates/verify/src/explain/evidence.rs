//! What is known of one trace.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::{Reason, Span, SpanId, Trace, TraceId};

use crate::finding::Finding;
use crate::problem::Problem;
use ledger::ended_span::EndedSpan;
use ledger::sampled::Sampled;
use ledger::sampler_state::SamplerState;
use ledger::{LedgerFinding, Pending};

/// The attribute of the scope of a late span, which a remembered decision let through.
pub const REMEMBERED: &str = "tailsampling.cached_decision";

/// What is known of one trace, and from where.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The trace.
    pub id: TraceId,
    /// Where it was searched for, as the end of a sentence: `the running lab`, or a run's folder.
    pub place: String,
    /// Where else it was searched for and not found, as a sentence. It is unknown then.
    pub not_found: Option<String>,
    /// The step of a scenario that caused it.
    pub step: Option<String>,
    /// What the run found wrong with it.
    pub refuted: Vec<Finding>,
    /// The part that received the request of the step.
    pub part: Option<String>,
    /// Whether the first response reported it as sampled (the flags of `traceresponse`), where that was kept.
    pub response_sampled: Option<bool>,
    /// Spans that services recorded and ended, according to their `/spans` pages.
    pub ended: Vec<EndedSpan>,
    /// The head sampler of each service.
    pub samplers: BTreeMap<String, SamplerState>,
    /// Non-recording spans of all traces.
    pub non_recording: u64,
    /// The same by service, where that was kept.
    pub non_recording_by: BTreeMap<String, u64>,
    /// The trace as it is stored.
    pub stored: Option<Trace>,
    /// Whether Jaeger could not be queried, so that nothing is known of what is stored.
    pub store_unreadable: bool,
    /// Spans that callers outside the lab named as parents; they are stored nowhere.
    pub callers: BTreeSet<SpanId>,
    /// What tail samplers decided, all traces together.
    pub sampled: Vec<Sampled>,
    /// What may still bring it: spans held somewhere, undecided traces.
    pub pending: Vec<Pending>,
    /// Where spans were lost, all traces together.
    pub losses: Vec<LedgerFinding>,
}

impl Evidence {
    /// Whether there is any sign of the trace.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.stored.is_some() || !self.ended.is_empty() || self.response_sampled.is_some() || self.step.is_some()
    }

    /// The stored spans, duplicates included.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        self.stored.as_ref().map_or(&[], |trace| &trace.spans)
    }

    fn ids(&self) -> BTreeSet<SpanId> {
        self.spans().iter().map(|span| span.span_id).collect()
    }

    /// Spans that ended to be exported, and that are not stored.
    #[must_use]
    pub fn missing(&self) -> Vec<&EndedSpan> {
        let stored = self.ids();
        self.ended.iter().filter(|span| span.sampled && !stored.contains(&span.span_id)).collect()
    }

    /// How many different spans are stored, and how many ended, as far as it is still known.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let stored = self.ids().len();
        (stored, stored + self.missing().len())
    }

    /// Stored spans whose parent is neither stored, nor on the page of a service, nor known to be a caller's.
    #[must_use]
    pub fn orphaned(&self) -> Vec<&Span> {
        let mut known = self.ids();
        known.extend(self.ended.iter().map(|span| span.span_id).chain(self.callers.iter().copied()));
        self.spans().iter().filter(|span| span.parent.is_some_and(|parent| !known.contains(&parent))).collect()
    }

    /// Stored spans that came after the decision about their trace.
    #[must_use]
    pub fn late(&self) -> Vec<&Span> {
        self.spans().iter().filter(|span| span.scope.attributes.contains_key(REMEMBERED)).collect()
    }

    /// The services with a span of the trace.
    #[must_use]
    pub fn services(&self) -> BTreeSet<&str> {
        let ended = self.ended.iter().map(|span| span.service.as_str());
        self.spans().iter().map(Span::service).chain(ended).collect()
    }

    /// Whether something of the stored trace is not there, or services decided differently about it.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.is_contradicted() || !self.missing().is_empty() || !self.orphaned().is_empty() || self.lacking().is_some()
    }

    /// Whether the first response reported the trace as not sampled, and another program recorded a part of it anyway.
    #[must_use]
    pub fn is_contradicted(&self) -> bool {
        self.response_sampled == Some(false) && self.stored.is_some()
    }

    /// Whether the only sign of a gap is one unknown parent. Without a known caller, that parent may be a span of a caller
    /// outside the lab.
    #[must_use]
    pub fn may_be_called_from_outside(&self) -> bool {
        let roots = self.spans().iter().any(|span| span.parent.is_none());
        let nothing_else = self.missing().is_empty() && self.losses.is_empty() && !roots;
        self.step.is_none() && self.orphaned().len() == 1 && nothing_else
    }

    /// Spans that the run's proof says are missing, of a service that may not have recorded them. Without such a service, the
    /// expectation may be what is wrong.
    #[must_use]
    pub fn lacking(&self) -> Option<&Reason> {
        let dropping_services = self.dropping_services();
        self.refuted.iter().find_map(|finding| {
            let Problem::Tree { mismatch, .. } = &finding.problem else { return None };
            let Reason::Missing { span, .. } = mismatch.reason() else { return None };
            dropping_services.contains(&span.service.as_str()).then(|| mismatch.reason())
        })
    }

    /// The service in which the trace began: that of its root, or else the part that received the request.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        let root = self.spans().iter().find(|span| span.parent.is_none()).map(Span::service);
        root.or(self.part.as_deref())
    }

    /// Services without a span in the stored trace that have not recorded spans, by a sampler that follows no parent and is
    /// another than that of the service in which the trace began.
    #[must_use]
    pub fn dropping_services(&self) -> Vec<&str> {
        if self.stored.is_none() {
            return Vec::new();
        }
        let involved = self.services();
        let refused =
            self.non_recording_by.iter().filter(|(_, count)| **count > 0).map(|(service, _)| service.as_str());
        refused.filter(|service| !involved.contains(service) && self.decides_otherwise(service)).collect()
    }

    /// Whether a service's sampler follows no parent, and is another than that of the service in which the trace began.
    #[must_use]
    pub fn decides_otherwise(&self, service: &str) -> bool {
        let origin = self.origin().and_then(|origin| self.samplers.get(origin));
        let own = self.samplers.get(service).filter(|own| !own.follows_parent());
        own.zip(origin).is_some_and(|(own, origin)| own != origin)
    }
}
