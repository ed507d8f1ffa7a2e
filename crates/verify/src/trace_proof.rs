//! The proof of one trace of a step: stored or absent, whole, and with the links that it must have.

use trace_assert::{Labels, SpanId, Trace, TraceId};

use crate::finding::{EndedSpan, Finding};
use crate::head;
use crate::invariants::violations;
use crate::response::Response;
use crate::response_check;
use crate::step_response::StepResponse;
use crate::stored_traces::StoredTraces;
use crate::tail;
use crate::tail::suspect::Suspect;
use ledger::Settled;
use scenario::{Check, TailSamplingOutcome};

/// What the traces of a step are judged by.
pub(crate) struct TraceProof<'a, 't> {
    /// What each of them must show.
    pub(crate) check: &'a Check,
    /// What came back from the step.
    pub(crate) response: &'a StepResponse,
    /// The closed ledger.
    pub(crate) settled: &'a Settled,
    /// What is stored.
    pub(crate) traces: &'a mut StoredTraces<'t>,
}

impl TraceProof<'_, '_> {
    /// What is wrong with the trace of one response.
    pub(crate) fn findings(&mut self, response: &Response) -> Vec<Finding> {
        let Some((id, sampled)) = response.trace else {
            return self.check.trace.iter().map(|_| Finding::NoTraceresponse).collect();
        };
        if let Some((sent, _)) = response.caller.filter(|(sent, _)| *sent != id) {
            return vec![Finding::OtherTrace { trace_id: id, sent }];
        }
        if let Some(finding) = response_check::decided_otherwise(self.check, response, self.response) {
            return vec![finding];
        }
        match (self.traces.get(id), sampled) {
            (None, true) => self.absence(id).into_iter().collect(),
            (None, false) if self.check.share.is_some() => Vec::new(),
            (None, false) => self.check.trace.iter().map(|_| Finding::NotSampled { trace_id: id }).collect(),
            (Some(trace), false) => vec![head::recorded_unsampled(trace)],
            (Some(trace), true) => self.stored(trace, response.caller.map(|(_, span)| span)),
        }
    }

    /// What is wrong with the absence of a trace that the services sampled.
    fn absence(&self, trace_id: TraceId) -> Option<Finding> {
        match &self.check.tail_sampling_outcome {
            Some(TailSamplingOutcome::Dropped(policies)) => {
                tail::dropped(&self.settled.total, trace_id, policies.as_deref())
            }
            // How many of them are absent is said once, for all.
            None if self.check.share.is_some() => None,
            _ => {
                let suspect = Suspect::find(&self.settled.total);
                Some(Finding::NotStored { trace_id, ended: self.ended(trace_id), suspect })
            }
        }
    }

    /// The spans of an absent trace that services ended.
    fn ended(&self, id: TraceId) -> Vec<EndedSpan> {
        let total = &self.settled.total;
        let absent = total.missing.iter().chain(&total.dropped).filter(|span| span.trace_id == id);
        absent.map(|span| EndedSpan { service: span.service.clone(), name: span.name.clone() }).collect()
    }

    /// What is wrong with a stored trace.
    fn stored(&mut self, trace: &Trace, parent: Option<SpanId>) -> Vec<Finding> {
        let mut findings = violations(trace, parent);
        let total = &self.settled.total;
        findings.extend(match &self.check.tail_sampling_outcome {
            Some(TailSamplingOutcome::Dropped(_)) => return vec![tail::not_dropped(total, trace)],
            Some(TailSamplingOutcome::SampledBy(policy)) => tail::kept_by(total, trace, policy),
            None => None,
        });
        let labels = match self.check.trace.as_ref().map(|tree| tree.check(trace, &Labels::default())) {
            Some(Err(mismatch)) => {
                findings.push(Finding::Tree { trace_id: trace.id, linked: false, mismatch });
                return findings;
            }
            Some(Ok(labels)) => labels,
            None => Labels::default(),
        };
        findings.extend(self.linked(trace, &labels));
        findings
    }

    /// Traces with a link to this one are explained by it, and must look as the step says.
    fn linked(&mut self, trace: &Trace, labels: &Labels) -> Vec<Finding> {
        let linked = self.traces.linking_to(trace.id);
        self.traces.explain(linked.iter().map(|trace| trace.id));
        let mut findings: Vec<Finding> = linked.iter().flat_map(|trace| violations(trace, None)).collect();
        if let Some(tree) = &self.check.linked {
            if linked.is_empty() {
                findings.push(Finding::NoLink { trace_id: trace.id });
            }
            let mismatches =
                linked.iter().filter_map(|other| tree.check(other, labels).err().map(|error| (other.id, error)));
            let tree = |(trace_id, mismatch)| Finding::Tree { trace_id, linked: true, mismatch };
            findings.extend(mismatches.map(tree));
        }
        findings
    }
}
