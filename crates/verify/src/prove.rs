//! The proof: every stored trace against what the play says of it.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::{Labels, Span, SpanId, Title, Trace, TraceId, invariants, render};

use super::drive::{Answer, Driven};
use super::finding::{EndedSpan, Finding, Samplers};
use super::session::{Done, Skip};
use super::share::{Confidence, Share};
use super::tail::{self, Suspect};
use super::{SkipReason, StepResult, answers, head, secrets};
use ledger::Settled;
use ledger::samplers;
use scenario::{Absent, Action, Background, Check, Fate, Play, Step};

/// How many columns a picture of a trace may take.
const PICTURE: usize = 100;

/// Judges every step, background trace and absence; what nothing explains is judged last.
pub(super) fn everything(play: &Play, done: &[Done<'_>], settled: &Settled, confidence: Confidence) -> Vec<StepResult> {
    let mut proof = Proof { settled, traces: index(&settled.traces), explained: BTreeSet::new(), confidence };
    let mut outcomes: Vec<StepResult> = done
        .iter()
        .map(|(step, driven)| {
            let wrote = step.write.as_ref().map(|write| write.part.clone());
            StepResult { wrote, ..proof.step(step, driven) }
        })
        .collect();
    outcomes.extend(head::unrecorded(done, settled));
    let rest = proof.unexplained();
    outcomes.extend(proof.backgrounds(&play.background, &rest));
    outcomes.extend(play.absent.iter().map(|absent| proof.absent(absent)));
    outcomes.extend(play.removes.iter().map(|scope| proof.removed(scope)));
    outcomes.extend(secrets::outcomes(play, &settled.traces));
    outcomes.extend(proof.nothing_else());
    outcomes
}

fn index(traces: &[Trace]) -> BTreeMap<TraceId, &Trace> {
    traces.iter().map(|trace| (trace.id, trace)).collect()
}

struct Proof<'a> {
    settled: &'a Settled,
    traces: BTreeMap<TraceId, &'a Trace>,
    explained: BTreeSet<TraceId>,
    confidence: Confidence,
}

impl<'a> Proof<'a> {
    fn step(&mut self, step: &Step, driven: &Result<Driven, Skip>) -> StepResult {
        let driven = match driven {
            Ok(driven) => driven,
            Err(Skip::Broken(error)) => {
                let error = format!("{error:#}");
                return StepResult::plain(&step.caption, vec![Finding::StepFailed { error }]);
            }
            Err(Skip::Unable) => return StepResult::skipped(&step.caption, SkipReason::NeedsControl),
        };
        let mut findings: Vec<Finding> = answers::in_reply(&step.check, driven).into_iter().collect();
        findings.extend(head::decisions_that_differ(&driven.answers));
        let mut ids = Vec::new();
        // What is wrong with an answer, and right behind it why.
        for answer in &driven.answers {
            findings.extend(answers::in_answer(&step.check, answer));
            // Several places may answer about one trace; what they disagree on is said above.
            if answer.trace.is_none_or(|(id, _)| !ids.contains(&id)) {
                findings.extend(self.answer(step, answer, driven));
            }
            ids.extend(answer.trace.map(|(id, _)| id).filter(|id| !ids.contains(id)));
        }
        findings.extend(answers::given_up(driven));
        findings.extend(self.earlier(step, driven));
        let share = self.share(step, &ids);
        let wrong = share.filter(|share| !share.is_allowed());
        findings.extend(wrong.map(|share| Finding::Share { share, samplers: self.deciding(driven) }));
        self.explained.extend(&ids);
        StepResult { share, ..self.outcome(step, driven, ids, findings) }
    }

    /// The head samplers of the parts that responded; where collectors sample, it was not they who decided.
    fn deciding(&self, driven: &Driven) -> Samplers {
        let parts = driven.answers.iter().map(|answer| answer.part.as_str());
        if self.settled.total.sampled.is_empty() { samplers::of(&driven.samplers, parts) } else { Samplers::new() }
    }

    /// How many of these traces are stored, where the step says what share is to be.
    fn share(&self, step: &Step, ids: &[TraceId]) -> Option<Share> {
        let stored = ids.iter().filter(|id| self.traces.contains_key(id)).count();
        step.check.share.map(|wanted| Share::of(wanted, ids.len() as u64, stored as u64, self.confidence))
    }

    /// What was seen of a step, whatever it amounts to.
    fn outcome(&self, step: &Step, driven: &Driven, traces: Vec<TraceId>, findings: Vec<Finding>) -> StepResult {
        let part = match &step.action {
            Action::Get(get) => get.place.part.clone(),
            Action::Redis { .. } => "redis".to_owned(),
            Action::WebSocket(say) => say.place.part.clone(),
        };
        let unsampled = driven.answers.iter().filter_map(|answer| answer.trace.filter(|(_, sampled)| !sampled));
        StepResult {
            part: Some(part),
            picture: traces.first().map(|id| self.picture(*id)),
            unsampled: unsampled.map(|(id, _)| id).collect(),
            callers: driven.answers.iter().filter_map(|answer| Some(answer.caller?.1)).collect(),
            samplers: driven.samplers.clone(),
            traces,
            ..StepResult::plain(&step.caption, findings)
        }
    }

    /// What is wrong with the trace of one answer.
    fn answer(&mut self, step: &Step, answer: &Answer, driven: &Driven) -> Vec<Finding> {
        let Some((id, sampled)) = answer.trace else {
            return step.check.trace.iter().map(|_| Finding::NoTraceresponse).collect();
        };
        if let Some((sent, _)) = answer.caller.filter(|(sent, _)| *sent != id) {
            return vec![Finding::OtherTrace { trace_id: id, sent }];
        }
        if let Some(finding) = answers::decided_otherwise(&step.check, answer, driven) {
            return vec![finding];
        }
        match (self.traces.get(&id).copied(), sampled) {
            (None, true) => self.absence(step, id).into_iter().collect(),
            (None, false) if step.check.share.is_some() => Vec::new(),
            (None, false) => step.check.trace.iter().map(|_| Finding::NotSampled { trace_id: id }).collect(),
            (Some(trace), false) => vec![head::recorded_unsampled(trace)],
            (Some(trace), true) => self.trace(step, trace, answer.caller.map(|(_, span)| span)),
        }
    }

    /// What is wrong with the absence of a trace that the services sampled.
    fn absence(&self, step: &Step, id: TraceId) -> Option<Finding> {
        match &step.check.fate {
            Some(Fate::Refused(policies)) => tail::dropped(&self.settled.total, id, policies.as_deref()),
            // How many of them are absent is said once, for all.
            None if step.check.share.is_some() => None,
            _ => {
                let suspect = Suspect::of(&self.settled.total);
                Some(Finding::NotStored { trace_id: id, ended: self.ended(id), suspect })
            }
        }
    }

    /// Requests that were repeated: their traces are stored or not, as their answers say, and keep the invariants.
    fn earlier(&mut self, step: &Step, driven: &Driven) -> Vec<Finding> {
        let anything = Step { check: Check::default(), ..step.clone() };
        self.explained.extend(driven.earlier.iter().filter_map(|answer| Some(answer.trace?.0)));
        driven.earlier.iter().flat_map(|answer| self.answer(&anything, answer, driven)).collect()
    }

    /// The trace, and below it those that link to it.
    fn picture(&self, id: TraceId) -> String {
        let own = self.traces.get(&id).copied();
        let linked = self.leading_to(id);
        own.into_iter().chain(linked).map(|trace| render::waterfall(trace, PICTURE)).collect()
    }

    fn leading_to(&self, id: TraceId) -> Vec<&'a Trace> {
        let links = |trace: &Trace| trace.spans.iter().flat_map(|span| &span.links).any(|link| link.trace_id == id);
        self.traces.values().filter(|trace| trace.id != id && links(trace)).copied().collect()
    }

    /// The spans of an absent trace that services ended.
    fn ended(&self, id: TraceId) -> Vec<EndedSpan> {
        let total = &self.settled.total;
        let absent = total.missing.iter().chain(&total.dropped).filter(|span| span.trace_id == id);
        absent.map(|span| EndedSpan { service: span.service.clone(), name: span.name.clone() }).collect()
    }

    fn trace(&mut self, step: &Step, trace: &'a Trace, parent: Option<SpanId>) -> Vec<Finding> {
        let mut findings = violations(trace, parent);
        let total = &self.settled.total;
        findings.extend(match &step.check.fate {
            Some(Fate::Refused(_)) => return vec![tail::not_dropped(total, trace)],
            Some(Fate::KeptBy(policy)) => tail::kept_by(total, trace, policy),
            None => None,
        });
        let labels = match step.check.trace.as_ref().map(|tree| tree.check(trace, &Labels::default())) {
            Some(Err(mismatch)) => {
                findings.push(Finding::Tree { trace_id: trace.id, linked: false, mismatch });
                return findings;
            }
            Some(Ok(labels)) => labels,
            None => Labels::default(),
        };
        findings.extend(self.linked(step, trace, &labels));
        findings
    }

    /// Traces with a link to this one are explained by it, and must look as the step says.
    fn linked(&mut self, step: &Step, trace: &Trace, labels: &Labels) -> Vec<Finding> {
        let linked = self.leading_to(trace.id);
        self.explained.extend(linked.iter().map(|trace| trace.id));
        let mut findings: Vec<Finding> = linked.iter().flat_map(|trace| violations(trace, None)).collect();
        if let Some(tree) = &step.check.linked {
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

    fn unexplained(&self) -> Vec<&'a Trace> {
        self.traces.values().filter(|trace| !self.explained.contains(&trace.id)).copied().collect()
    }

    fn backgrounds(&mut self, backgrounds: &[Background], rest: &[&Trace]) -> Vec<StepResult> {
        let mut outcomes = Vec::new();
        for background in backgrounds {
            let matches = |trace: &&&Trace| background.tree.check(trace, &Labels::default()).is_ok();
            let found: Vec<&Trace> = rest.iter().filter(matches).copied().collect();
            self.explained.extend(found.iter().map(|trace| trace.id));
            let mut findings: Vec<Finding> = found.iter().flat_map(|trace| violations(trace, None)).collect();
            if !background.times.contains(&found.len()) {
                let (least, most) = (*background.times.start(), *background.times.end());
                let most = Some(most).filter(|most| *most < usize::MAX);
                findings.push(Finding::Times { seen: found.len(), least, most });
            }
            let picture = found.first().map(|trace| render::waterfall(trace, PICTURE));
            let traces = found.iter().map(|trace| trace.id).collect();
            outcomes.push(StepResult { traces, picture, ..StepResult::plain(&background.caption, findings) });
        }
        outcomes
    }

    fn absent(&self, absent: &Absent) -> StepResult {
        let found = self.spans().filter(|span| absent.span.matches(span).is_ok());
        StepResult::plain(&absent.caption, found.map(|span| forbidden(span, false)).collect())
    }

    /// Also in traces of which no tree speaks.
    fn removed(&self, scope: &str) -> StepResult {
        let found = self.spans().filter(|span| span.scope.name == scope);
        let findings = found.map(|span| forbidden(span, true)).collect();
        StepResult::plain(&format!("no span of {scope} is stored"), findings)
    }

    fn spans(&self) -> impl Iterator<Item = &'a Span> {
        self.traces.values().flat_map(|trace| &trace.spans)
    }

    /// Traces that neither a step nor a background tree explains fail the run.
    fn nothing_else(&self) -> Option<StepResult> {
        let rest = self.unexplained();
        let unexplained =
            |trace: &&Trace| Finding::Unexplained { trace_id: trace.id, picture: render::waterfall(trace, PICTURE) };
        let findings = rest.iter().map(unexplained).collect();
        (!rest.is_empty()).then(|| StepResult::plain("every stored trace belongs to a step", findings))
    }
}

fn forbidden(span: &Span, scope: bool) -> Finding {
    Finding::Forbidden { trace_id: span.trace_id, span: Title::from(span), scope }
}

fn violations(trace: &Trace, remote_parent: Option<SpanId>) -> Vec<Finding> {
    let options = invariants::Options { remote_parent };
    let found = invariants::check(trace, &options).into_iter();
    found.map(|violation| Finding::Invariant { trace_id: trace.id, violation }).collect()
}
