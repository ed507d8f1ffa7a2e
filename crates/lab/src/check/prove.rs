//! The proof: every stored trace against what the play says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use trace_assert::{Labels, SpanId, Trace, TraceId, laws, render};

use super::drive::{Answer, Driven};
use super::session::{Done, Skip};
use super::share::{Confidence, Share};
use super::{Outcome, Verdict, answers, fate, head, secrets};
use crate::ledger::Settled;
use crate::samplers;
use crate::scenario::{Absent, Action, Background, Check, Fate, Play, Step};

/// How many columns a picture of a trace may take.
const PICTURE: usize = 100;

/// Judges every step, background trace and absence; what nothing explains is judged last.
pub(super) fn everything(play: &Play, done: &[Done<'_>], settled: &Settled, confidence: Confidence) -> Vec<Outcome> {
    let mut proof = Proof { settled, traces: index(&settled.traces), explained: BTreeSet::new(), confidence };
    let mut outcomes: Vec<Outcome> = done
        .iter()
        .map(|(step, driven)| {
            let wrote = step.write.as_ref().map(|write| write.part.clone());
            Outcome { wrote, ..proof.step(step, driven) }
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
    fn step(&mut self, step: &Step, driven: &Result<Driven, Skip>) -> Outcome {
        let driven = match driven {
            Ok(driven) => driven,
            Err(Skip::Broken(error)) => return Outcome::plain(&step.caption, &[format!("{error:#}")]),
            Err(Skip::Unable) => {
                let why = "its fault needs a runner that can stop parts: `lab run`".to_owned();
                return Outcome { verdict: Verdict::Skipped(why), ..Outcome::plain(&step.caption, &[]) };
            }
        };
        let mut complaints: Vec<String> = answers::in_reply(&step.check, driven).into_iter().collect();
        complaints.extend(head::torn_decisions(&driven.answers));
        let mut ids = Vec::new();
        // What is wrong with an answer, and right behind it why.
        for answer in &driven.answers {
            complaints.extend(answers::in_answer(&step.check, answer));
            // Several places may answer about one trace; what they disagree on is said above.
            if answer.trace.is_none_or(|(id, _)| !ids.contains(&id)) {
                complaints.extend(self.answer(step, answer, driven));
            }
            ids.extend(answer.trace.map(|(id, _)| id).filter(|id| !ids.contains(id)));
        }
        complaints.extend(answers::given_up(driven));
        complaints.extend(self.earlier(step, driven));
        let share = self.share(step, &ids);
        complaints.extend(share.and_then(|share| Some(format!("{}{}", share.complaint()?, self.deciding(driven)))));
        self.explained.extend(&ids);
        Outcome { share, ..self.outcome(step, driven, ids, &complaints) }
    }

    /// The head samplers of those who answered, for the end of a sentence; where collectors sample, it was not they who decided.
    fn deciding(&self, driven: &Driven) -> String {
        let parts = driven.answers.iter().map(|answer| answer.part.as_str());
        if self.settled.total.sampled.is_empty() { samplers::of(&driven.samplers, parts) } else { String::new() }
    }

    /// How many of these traces are stored, where the step says what share is to be.
    fn share(&self, step: &Step, ids: &[TraceId]) -> Option<Share> {
        let stored = ids.iter().filter(|id| self.traces.contains_key(id)).count();
        step.check.share.map(|wanted| Share::of(wanted, ids.len() as u64, stored as u64, self.confidence))
    }

    /// What was seen of a step, whatever it amounts to.
    fn outcome(&self, step: &Step, driven: &Driven, traces: Vec<TraceId>, complaints: &[String]) -> Outcome {
        let part = match &step.action {
            Action::Get(get) => get.place.part.clone(),
            Action::Redis { .. } => "redis".to_owned(),
            Action::WebSocket(say) => say.place.part.clone(),
        };
        let unsampled = driven.answers.iter().filter_map(|answer| answer.trace.filter(|(_, sampled)| !sampled));
        Outcome {
            part: Some(part),
            picture: traces.first().map(|id| self.picture(*id)),
            unsampled: unsampled.map(|(id, _)| id).collect(),
            callers: driven.answers.iter().filter_map(|answer| Some(answer.caller?.1)).collect(),
            samplers: driven.samplers.clone(),
            traces,
            ..Outcome::plain(&step.caption, complaints)
        }
    }

    /// What is wrong with the trace of one answer.
    fn answer(&mut self, step: &Step, answer: &Answer, driven: &Driven) -> Vec<String> {
        let Some((id, sampled)) = answer.trace else {
            return step.check.trace.iter().map(|_| "the answer has no traceresponse header".to_owned()).collect();
        };
        if let Some((sent, _)) = answer.caller.filter(|(sent, _)| *sent != id) {
            return vec![format!("answered with trace {id}, although the request belongs to trace {sent}")];
        }
        if let Some(complaint) = answers::decided_otherwise(&step.check, answer) {
            return vec![format!("{complaint}{}", samplers::of(&driven.samplers, [answer.part.as_str()]))];
        }
        match (self.traces.get(&id).copied(), sampled) {
            (None, true) => self.absence(step, id).into_iter().collect(),
            (None, false) if step.check.share.is_some() => Vec::new(),
            (None, false) => step.check.trace.iter().map(|_| format!("trace {id} was not sampled")).collect(),
            (Some(trace), false) => vec![head::recorded_unasked(trace)],
            (Some(trace), true) => self.trace(step, trace, answer.caller.map(|(_, span)| span)),
        }
    }

    /// What is wrong with the absence of a trace that the services sampled.
    fn absence(&self, step: &Step, id: TraceId) -> Option<String> {
        match &step.check.fate {
            Some(Fate::Refused(policies)) => fate::dropped(&self.settled.total, id, policies.as_deref()),
            // How many of them are absent is said once, for all.
            None if step.check.share.is_some() => None,
            _ => Some(format!(
                "trace {id} is not in the store{}{}",
                self.who_ended(id),
                fate::suspect(&self.settled.total)
            )),
        }
    }

    /// Requests that were repeated: their traces are stored or not, as their answers say, and keep the laws.
    fn earlier(&mut self, step: &Step, driven: &Driven) -> Vec<String> {
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

    fn who_ended(&self, id: TraceId) -> String {
        let ended = |missing: &&crate::ledger::total::Missing| missing.trace_id == id.to_string();
        let total = &self.settled.total;
        let who: Vec<String> = total
            .missing
            .iter()
            .chain(&total.dropped)
            .filter(ended)
            .map(|missing| format!("{} ended \"{}\"", missing.service, missing.name))
            .collect();
        if who.is_empty() { String::new() } else { format!(" ({})", who.join(", ")) }
    }

    fn trace(&mut self, step: &Step, trace: &'a Trace, parent: Option<SpanId>) -> Vec<String> {
        let mut complaints = broken_laws(trace, parent);
        let total = &self.settled.total;
        complaints.extend(match &step.check.fate {
            Some(Fate::Refused(_)) => return vec![fate::not_dropped(total, trace)],
            Some(Fate::KeptBy(policy)) => fate::kept_by(total, trace, policy),
            None => None,
        });
        let labels = match step.check.trace.as_ref().map(|tree| tree.check(trace, &Labels::default())) {
            Some(Err(mismatch)) => {
                complaints.push(format!("trace {}: {mismatch}", trace.id));
                return complaints;
            }
            Some(Ok(labels)) => labels,
            None => Labels::default(),
        };
        complaints.extend(self.linked(step, trace, &labels));
        complaints
    }

    /// Traces with a link to this one are explained by it, and must look as the step says.
    fn linked(&mut self, step: &Step, trace: &Trace, labels: &Labels) -> Vec<String> {
        let linked = self.leading_to(trace.id);
        self.explained.extend(linked.iter().map(|trace| trace.id));
        let mut complaints: Vec<String> = linked.iter().flat_map(|trace| broken_laws(trace, None)).collect();
        if let Some(tree) = &step.check.linked {
            if linked.is_empty() {
                complaints.push(format!("no trace links to trace {}", trace.id));
            }
            let mismatches =
                linked.iter().filter_map(|other| tree.check(other, labels).err().map(|error| (other.id, error)));
            complaints.extend(mismatches.map(|(id, error)| format!("linked trace {id}: {error}")));
        }
        complaints
    }

    fn unexplained(&self) -> Vec<&'a Trace> {
        self.traces.values().filter(|trace| !self.explained.contains(&trace.id)).copied().collect()
    }

    fn backgrounds(&mut self, backgrounds: &[Background], rest: &[&Trace]) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for background in backgrounds {
            let matches = |trace: &&&Trace| background.tree.check(trace, &Labels::default()).is_ok();
            let found: Vec<&Trace> = rest.iter().filter(matches).copied().collect();
            self.explained.extend(found.iter().map(|trace| trace.id));
            let mut complaints: Vec<String> = found.iter().flat_map(|trace| broken_laws(trace, None)).collect();
            if !background.times.contains(&found.len()) {
                complaints.push(format!("seen {} times, expected {}", found.len(), spoken(&background.times)));
            }
            let picture = found.first().map(|trace| render::waterfall(trace, PICTURE));
            let traces = found.iter().map(|trace| trace.id).collect();
            outcomes.push(Outcome { traces, picture, ..Outcome::plain(&background.caption, &complaints) });
        }
        outcomes
    }

    fn absent(&self, absent: &Absent) -> Outcome {
        let spans = self.traces.values().flat_map(|trace| &trace.spans);
        let found = spans.filter(|span| absent.span.matches(span).is_ok());
        let complaint = |span: &trace_assert::Span| {
            format!("{} has it: \"{}\" in trace {}", span.service(), span.name, span.trace_id)
        };
        Outcome::plain(&absent.caption, &found.map(complaint).collect::<Vec<_>>())
    }

    /// Also in traces of which no tree speaks.
    fn removed(&self, scope: &str) -> Outcome {
        let spans = self.traces.values().flat_map(|trace| &trace.spans);
        let found = spans.filter(|span| span.scope.name == scope);
        let complaint = |span: &trace_assert::Span| {
            format!("{} has one: \"{}\" in trace {}", span.service(), span.name, span.trace_id)
        };
        Outcome::plain(&format!("no span of {scope} is stored"), &found.map(complaint).collect::<Vec<_>>())
    }

    /// Traces that neither a step nor a background tree explains fail the run.
    fn nothing_else(&self) -> Option<Outcome> {
        let rest = self.unexplained();
        let tell =
            |trace: &&Trace| format!("trace {} is unexplained:\n{}", trace.id, render::waterfall(trace, PICTURE));
        (!rest.is_empty()).then(|| {
            let complaints: Vec<String> = rest.iter().map(tell).collect();
            Outcome::plain("every stored trace belongs to a step", &complaints)
        })
    }
}

fn spoken(times: &RangeInclusive<usize>) -> String {
    match (*times.start(), *times.end()) {
        (least, usize::MAX) => format!("{least} or more"),
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    }
}

fn broken_laws(trace: &Trace, remote_parent: Option<SpanId>) -> Vec<String> {
    let options = laws::Options { remote_parent };
    let tell = |finding: laws::Finding| format!("trace {}: law {}: {}", trace.id, finding.law, finding.message);
    laws::check(trace, &options).into_iter().map(tell).collect()
}
