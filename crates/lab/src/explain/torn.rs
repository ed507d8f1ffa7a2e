//! Torn traces: something of them is not there, or services decided differently about them.

use std::collections::BTreeSet;

use trace_assert::{Reason, Span};

use super::evidence::Evidence;
use crate::check::Finding;

impl Evidence {
    /// Whether something of the stored trace is not there, or services decided differently about it.
    pub(super) fn is_torn(&self) -> bool {
        self.is_contradicted() || !self.missing().is_empty() || !self.strays().is_empty() || self.lacking().is_some()
    }

    /// Whether the service that answered did not sample the trace, and somebody recorded a part of it all the same.
    pub(super) fn is_contradicted(&self) -> bool {
        self.answered == Some(false) && self.stored.is_some()
    }

    /// Whether all that speaks for a gap is one parent that nobody knows: where nobody says who called, that may be a span of
    /// a caller outside the lab.
    pub(super) fn may_be_called_from_outside(&self) -> bool {
        let roots = self.spans().iter().any(|span| span.parent.is_none());
        let nothing_else = self.missing().is_empty() && self.losses.is_empty() && !roots;
        self.step.is_none() && self.strays().len() == 1 && nothing_else
    }

    /// Spans that the run's proof says are missing, of a service that may have refused them.  Without such a service, the
    /// expectation may be what is wrong.
    pub(super) fn lacking(&self) -> Option<&Reason> {
        let refusers = self.refusers();
        self.refuted.iter().find_map(|finding| match finding {
            Finding::Tree { mismatch, .. } => match mismatch.reason() {
                reason @ Reason::Missing { span, .. } if refusers.contains(&span.service.as_str()) => Some(reason),
                _ => None,
            },
            _ => None,
        })
    }

    /// The service in which the trace began: that of its root, or else the one that was asked.
    pub(super) fn origin(&self) -> Option<&str> {
        let root = self.spans().iter().find(|span| span.parent.is_none()).map(Span::service);
        root.or(self.asked.as_deref())
    }

    /// Services without a span in the stored trace that have not recorded spans, by a sampler that follows no parent and is
    /// another than that of the service in which the trace began.
    pub(super) fn refusers(&self) -> Vec<&str> {
        if self.stored.is_none() {
            return Vec::new();
        }
        let involved = self.services();
        let refused = self.unrecorded_by.iter().filter(|(_, count)| **count > 0).map(|(service, _)| service.as_str());
        refused.filter(|service| !involved.contains(service) && self.decides_otherwise(service)).collect()
    }

    /// Whether a service's sampler follows no parent, and is another than that of the service in which the trace began.
    pub(super) fn decides_otherwise(&self, service: &str) -> bool {
        let origin = self.origin().and_then(|origin| self.samplers.get(origin));
        let own = self.samplers.get(service).filter(|own| !own.follows_parent());
        own.zip(origin).is_some_and(|(own, origin)| own != origin)
    }

    /// `414 (items 414)`: how many spans were not recorded, and by whom, where that is known.
    pub(super) fn unwanted(&self) -> String {
        let by = self.unrecorded_by.iter().filter(|(_, count)| **count > 0);
        let by = by.map(|(service, count)| format!("{service} {count}")).collect::<Vec<_>>().join(", ");
        if by.is_empty() { self.unrecorded.to_string() } else { format!("{} ({by})", self.unrecorded) }
    }

    /// What samplers that differ suggest; what a sampler decided about one span is written down nowhere.
    pub(super) fn of_samplers(&self) -> Vec<String> {
        let Some(origin) = self.origin() else { return Vec::new() };
        let refused = self.refusers().into_iter().map(|service| self.refused_by(service, origin));
        let recorded = self.services().into_iter().filter(|_| self.is_contradicted());
        let recorded = recorded.filter(|service| self.decides_otherwise(service));
        refused.chain(recorded.map(|service| self.recorded_by(service, origin))).collect()
    }

    fn refused_by(&self, service: &str, origin: &str) -> String {
        let count = self.unrecorded_by.get(service).copied().unwrap_or(0);
        let (own, first) = (self.sampler_of(service), self.sampler_of(origin));
        format!(
            "that {service} had a part in this trace and did not record it: of all traces together it did not record {count} spans, \
             by its own sampler ({own}) and not by that of {origin}, where the trace began ({first})"
        )
    }

    fn recorded_by(&self, service: &str, origin: &str) -> String {
        let (own, first) = (self.sampler_of(service), self.sampler_of(origin));
        format!(
            "that {service} recorded it by a sampler of its own ({own}), which does not follow that of {origin} ({first}); of all \
             traces together, spans that were not recorded: {}",
            self.unwanted()
        )
    }

    fn sampler_of(&self, service: &str) -> String {
        self.samplers.get(service).map_or_else(|| "not known".to_owned(), ToString::to_string)
    }
}

/// Who decided what about a trace of which the answer said that it was not sampled.
pub(super) fn contradiction(evidence: &Evidence) -> String {
    let asked = evidence.asked.as_deref().unwrap_or("the service that was asked");
    let who = evidence.spans().iter().map(Span::service).collect::<BTreeSet<_>>();
    let who = who.into_iter().collect::<Vec<_>>().join(", ");
    let losses: String = evidence.losses.iter().map(|loss| format!("; {loss}")).collect();
    format!("{asked} answered that it is not sampled (traceresponse), and it is recorded by {who}{losses}")
}
