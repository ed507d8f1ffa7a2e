//! Incomplete traces: something of them is not there, or services decided differently about them.

use trace_assert::{Reason, Span};

use super::evidence::Evidence;
use crate::Finding;

impl Evidence {
    /// Whether something of the stored trace is not there, or services decided differently about it.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.is_contradicted() || !self.missing().is_empty() || !self.strays().is_empty() || self.lacking().is_some()
    }

    /// Whether the service that answered did not sample the trace, and somebody recorded a part of it all the same.
    #[must_use]
    pub fn is_contradicted(&self) -> bool {
        self.answered == Some(false) && self.stored.is_some()
    }

    /// Whether all that speaks for a gap is one parent that nobody knows: where nobody says who called, that may be a span of
    /// a caller outside the lab.
    #[must_use]
    pub fn may_be_called_from_outside(&self) -> bool {
        let roots = self.spans().iter().any(|span| span.parent.is_none());
        let nothing_else = self.missing().is_empty() && self.losses.is_empty() && !roots;
        self.step.is_none() && self.strays().len() == 1 && nothing_else
    }

    /// Spans that the run's proof says are missing, of a service that may have refused them.  Without such a service, the
    /// expectation may be what is wrong.
    #[must_use]
    pub fn lacking(&self) -> Option<&Reason> {
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
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        let root = self.spans().iter().find(|span| span.parent.is_none()).map(Span::service);
        root.or(self.asked.as_deref())
    }

    /// Services without a span in the stored trace that have not recorded spans, by a sampler that follows no parent and is
    /// another than that of the service in which the trace began.
    #[must_use]
    pub fn refusers(&self) -> Vec<&str> {
        if self.stored.is_none() {
            return Vec::new();
        }
        let involved = self.services();
        let refused = self.unrecorded_by.iter().filter(|(_, count)| **count > 0).map(|(service, _)| service.as_str());
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
