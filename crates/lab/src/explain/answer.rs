//! The evidence as one readable answer: a verdict, the facts with their sources, and what is only inferred from them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use trace_assert::{Trace, Value};

use super::Evidence;
use super::evidence::Ended;
use crate::check::fate;
use crate::ledger::sampled::Sampled;

/// The attribute with which our own head sampler says why it kept a trace.
const RULE: &str = "lab.sampler.rule";

/// The attribute of the scope of a late span, which a remembered decision let through.
const REMEMBERED: &str = "tailsampling.cached_decision";

/// What became of one trace.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Answer {
    /// The trace.
    pub trace_id: String,
    /// What became of it, in one word: `kept`, `refused`, `evicted`, `refused or evicted`, `lost`, `not recorded`, `under way`,
    /// `unknown`.
    pub verdict: &'static str,
    /// The same in a sentence.
    pub sentence: String,
    /// What can be shown, in the order in which a span travels.
    pub facts: Vec<Fact>,
    /// What follows from the facts, and is written down nowhere.
    pub inferred: Vec<String>,
}

/// One thing that can be shown.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Fact {
    /// `step`, `recorded`, `sampled`, `gateway` (or another collector), `stored`.
    pub of: String,
    /// What is known.
    pub says: String,
    /// Who says so.
    pub source: String,
}

impl Answer {
    /// What the evidence amounts to.
    #[must_use]
    pub fn to(evidence: &Evidence) -> Self {
        let (verdict, sentence, inferred) = judge(evidence);
        let facts = [step(evidence), recorded(evidence), head(evidence)].into_iter().flatten();
        let facts =
            facts.chain(evidence.sampled.iter().map(|sampled| tail(evidence, sampled))).chain([stored(evidence)]);
        Self { trace_id: evidence.id.to_string(), verdict, sentence, facts: facts.collect(), inferred }
    }
}

type Judgement = (&'static str, String, Vec<String>);

fn judge(evidence: &Evidence) -> Judgement {
    let exported = evidence.ended.iter().any(|span| span.sampled);
    match (&evidence.stored, evidence.answered) {
        (Some(trace), _) => kept(trace),
        (None, _) if exported && !evidence.under_way.is_empty() => {
            let sentence = format!("not decided, or on its way: {}", evidence.under_way.join("; "));
            ("under way", sentence, Vec::new())
        }
        (None, _) if exported => absent(evidence),
        (None, Some(false)) => {
            let sentence = "never recorded: the service in which it began did not sample it".to_owned();
            ("not recorded", sentence, Vec::new())
        }
        (None, _) if !evidence.ended.is_empty() => {
            let sentence = "recorded and not sampled: its spans were never exported".to_owned();
            ("not recorded", sentence, Vec::new())
        }
        (None, _) => unknown(evidence),
    }
}

fn kept(trace: &Trace) -> Judgement {
    let policies: Vec<&str> = fate::policies(trace).into_iter().collect();
    let sentence = match policies.as_slice() {
        [] => "kept: it was sampled, and no collector on its way samples".to_owned(),
        [policy] => format!("kept by the policy `{policy}` of the tail sampler"),
        several => format!("kept by the policies {} of tail samplers", several.join(", ")),
    };
    ("kept", sentence, Vec::new())
}

/// A trace that was exported and is not stored.  No part writes down what it drops, so this is read from the counters.
fn absent(evidence: &Evidence) -> Judgement {
    let Some(sampled) = evidence.sampled.first() else {
        let where_to =
            if evidence.losses.is_empty() { "no counter says where".to_owned() } else { evidence.losses.join("; ") };
        return ("lost", format!("lost: it was exported, and no collector samples: {where_to}"), Vec::new());
    };
    let (at, others) = (&sampled.at, evidence.losses.iter().any(|loss| !loss.contains("dropped_too_early")));
    let judged = format!(
        "that it was this trace: {at} counts its decisions and writes down those for what it keeps. Each policy was asked about all \
         {} traces that were decided about, and one that any policy wants is kept",
        sampled.kept + sampled.refused
    );
    match (sampled.refused > 0, !sampled.judged_all()) {
        (true, false) if !others => {
            ("refused", format!("dropped whole by the tail sampler of {at}: {}", refused(sampled)), vec![judged])
        }
        (false, true) => {
            let sentence =
                format!("pushed out of the tail sampler of {at} before any policy was asked: num_traces is too small");
            let inferred = format!(
                "that it was this trace: {at} only counts, and it refused none, so what is absent was pushed out"
            );
            ("evicted", sentence, vec![inferred])
        }
        (true, true) => {
            let sentence = format!(
                "dropped by {at}: refused ({}), or pushed out before any policy was asked; nothing tells which",
                refused(sampled)
            );
            ("refused or evicted", sentence, Vec::new())
        }
        _ => ("lost", format!("lost on its way: {}", evidence.losses.join("; ")), Vec::new()),
    }
}

/// Which policies refused what is not kept.
fn refused(sampled: &Sampled) -> String {
    match sampled.asked().as_slice() {
        [] => "it has no policy, and what no policy wants is not kept".to_owned(),
        [policy] => format!("the policy {policy} refused it"),
        policies => format!("each of its policies refused it ({})", policies.join(", ")),
    }
}

fn unknown(evidence: &Evidence) -> Judgement {
    let place = &evidence.place;
    let mut inferred = Vec::new();
    if evidence.unrecorded > 0 {
        inferred.push(format!(
            "that it may be one of those that a head sampler dropped at its first span ({} spans started and not recorded): of these \
             nobody keeps an id. The header `traceresponse` of such an answer ends in 00",
            evidence.unrecorded
        ));
    }
    ("unknown", format!("{place} does not know it"), inferred)
}

fn fact(of: &str, says: String, source: &str) -> Fact {
    Fact { of: of.to_owned(), says, source: source.to_owned() }
}

fn step(evidence: &Evidence) -> Option<Fact> {
    evidence.step.as_ref().map(|step| fact("step", step.clone(), &evidence.place))
}

fn recorded(evidence: &Evidence) -> Option<Fact> {
    let says = match &evidence.stored {
        Some(trace) => {
            let services: BTreeSet<&str> = trace.spans.iter().map(trace_assert::Span::service).collect();
            let services = services.into_iter().collect::<Vec<_>>().join(", ");
            format!("yes: {} spans of {services}", trace.spans.len())
        }
        None if evidence.ended.is_empty() => return None,
        None => format!("yes: {}", by_service(&evidence.ended)),
    };
    let source = if evidence.stored.is_some() { "the stored trace" } else { "what the services remember, /spans" };
    Some(fact("recorded", says, source))
}

/// `items ended "GET", "GET /data"; users ended …`.
fn by_service(ended: &[Ended]) -> String {
    let mut services: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for span in ended {
        services.entry(&span.service).or_default().push(format!("\"{}\"", span.name));
    }
    let told = services.into_iter().map(|(service, names)| format!("{service} ended {}", names.join(", ")));
    told.collect::<Vec<_>>().join("; ")
}

/// What the services' own samplers decided.
fn head(evidence: &Evidence) -> Option<Fact> {
    let rule = evidence.stored.as_ref().and_then(|trace| {
        let rule = |span: &trace_assert::Span| text(span.attributes.get(RULE)?).map(str::to_owned);
        trace.spans.iter().find_map(rule)
    });
    let remembered = evidence.ended.first().map(|_| evidence.ended.iter().any(|span| span.sampled));
    let (sampled, source) = match (&evidence.stored, evidence.answered, remembered) {
        (Some(_), ..) => (true, "the flags of its spans"),
        (None, Some(answered), _) => (answered, "the flags of the answer's traceresponse"),
        (None, None, Some(remembered)) => (remembered, "what the services remember, /spans"),
        (None, None, None) => return None,
    };
    let mut says = if sampled { "yes" } else { "no" }.to_owned();
    if let Some(rule) = rule {
        says.push_str(&format!(", because of {rule} ({RULE})"));
    }
    let samplers: Vec<String> = evidence.samplers.iter().map(|(service, name)| format!("{service}: {name}")).collect();
    if !samplers.is_empty() {
        says.push_str(&format!("; sampler of {}", samplers.join(", of ")));
    }
    Some(fact("sampled", says, source))
}

/// What a tail sampler counted, and what it wrote onto this trace.
fn tail(evidence: &Evidence, sampled: &Sampled) -> Fact {
    let wanted = sampled.policies.iter().map(|(name, policy)| format!("{name} wanted {}", policy.wanted));
    let wanted = wanted.collect::<Vec<_>>().join(", ");
    let mut says = format!("kept {} traces and refused {}", sampled.kept, sampled.refused);
    if !wanted.is_empty() {
        says.push_str(&format!(" ({wanted})"));
    }
    says.push_str(&match sampled.evicted {
        0 => ", pushed none out undecided".to_owned(),
        evicted => format!(", pushed {evicted} out undecided"),
    });
    let mut source = "its counters, for all traces".to_owned();
    if let Some(trace) = &evidence.stored {
        let on = |key: &str| trace.spans.iter().filter(|span| span.scope.attributes.contains_key(key)).count();
        let (all, named, late) = (trace.spans.len(), on(fate::POLICY), on(REMEMBERED));
        says.push_str(&format!("; wrote the policy onto {named} of {all} spans, {late} of them late"));
        source.push_str(&format!("; the scope attributes {} and {REMEMBERED}", fate::POLICY));
    }
    fact(&sampled.at, says, &source)
}

fn stored(evidence: &Evidence) -> Fact {
    let says = if evidence.stored.is_some() { "yes" } else { "no, none of its spans" };
    fact("stored", says.to_owned(), &format!("Jaeger, asked by {}", evidence.place))
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
