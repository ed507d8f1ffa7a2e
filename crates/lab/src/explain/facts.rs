//! The facts: what can be shown of a trace, each with its source, in the order in which a span travels.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::Value;

use super::Evidence;
use super::answer::Fact;
use super::evidence::Ended;
use crate::check::fate;
use crate::ledger::sampled::Sampled;

/// The attribute with which our own head sampler says why it kept a trace.
const RULE: &str = "lab.sampler.rule";

/// The attribute of the scope of a late span, which a remembered decision let through.
const REMEMBERED: &str = "tailsampling.cached_decision";

/// Everything that can be shown.
pub(super) fn of(evidence: &Evidence) -> Vec<Fact> {
    let services = [step(evidence), recorded(evidence), head(evidence)].into_iter().flatten();
    let samplers = evidence.sampled.iter().map(|sampled| tail(evidence, sampled));
    services.chain(samplers).chain([stored(evidence)]).collect()
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
