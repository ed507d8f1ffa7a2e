//! The facts: what can be shown of a trace, each with its source, in the order in which a span travels.

use std::collections::BTreeMap;

use trace_assert::Value;

use super::answer::Fact;
use super::words::{by_service, unwanted as unwanted_spans};
use ledger::sampled::Sampled;
use verify::explain::{Evidence, REMEMBERED};
use verify::{Finding, tail};

/// The attribute in which the lab's head sampler records why it sampled a trace.
const RULE: &str = "lab.sampler.rule";

/// Everything that can be shown.
pub(super) fn of(evidence: &Evidence) -> Vec<Fact> {
    let services = [step(evidence), recorded(evidence), head(evidence), samplers(evidence), unwanted(evidence)];
    let services = services.into_iter().flatten();
    let tails = evidence.sampled.iter().map(|sampled| tail_sampler(evidence, sampled));
    services.chain(tails).chain(stored(evidence)).chain(missing(evidence)).chain(proof(evidence)).collect()
}

fn fact(of: &str, says: String, source: &str) -> Fact {
    Fact { of: of.to_owned(), says, source: source.to_owned() }
}

fn step(evidence: &Evidence) -> Option<Fact> {
    evidence.step.as_ref().map(|step| fact("step", step.clone(), &evidence.place))
}

fn recorded(evidence: &Evidence) -> Option<Fact> {
    let (stored, ended) = evidence.counts();
    let says = match (stored, evidence.ended.is_empty()) {
        (0, true) => return None,
        (0, false) => format!("yes: {}", by_service(&evidence.ended)),
        _ => {
            let services = evidence.services().into_iter().collect::<Vec<_>>().join(", ");
            format!("yes: {ended} spans of {services}")
        }
    };
    let source = match (stored, evidence.ended.is_empty()) {
        (0, _) => "what the services remember, /spans",
        (_, true) => "the stored trace",
        (_, false) => "the stored trace, and what the services remember, /spans",
    };
    Some(fact("recorded", says, source))
}

/// What the services' own samplers decided.
fn head(evidence: &Evidence) -> Option<Fact> {
    let rule = evidence.spans().iter().find_map(|span| text(span.attributes.get(RULE)?));
    let remembered = evidence.ended.first().map(|_| evidence.ended.iter().any(|span| span.sampled));
    let (sampled, source) = match (&evidence.stored, evidence.answered, remembered) {
        (Some(_), Some(false), _) => return Some(disagreement(evidence)),
        (Some(_), ..) => (true, "the flags of its spans"),
        (None, Some(answered), _) => (answered, "the flags of the answer's traceresponse"),
        (None, None, Some(remembered)) => (remembered, "what the services remember, /spans"),
        (None, None, None) => return None,
    };
    let mut says = if sampled { "yes" } else { "no" }.to_owned();
    if let Some(rule) = rule {
        says.push_str(&format!(", because of {rule} ({RULE})"));
    }
    Some(fact("sampled", says, source))
}

/// What the answer says and what is stored, where they differ.
fn disagreement(evidence: &Evidence) -> Fact {
    let asked = evidence.asked.as_deref().unwrap_or("the service that was asked");
    let who = evidence.services().into_iter().collect::<Vec<_>>().join(", ");
    let says = format!("not as {asked} answered, and yet recorded by {who}");
    fact("sampled", says, "the flags of the answer's traceresponse; the stored trace")
}

/// Spans that samplers did not want, where that may be why something is not there.
fn unwanted(evidence: &Evidence) -> Option<Fact> {
    let says = || format!("{} spans were not recorded, all traces together", unwanted_spans(evidence));
    let may_be_why = evidence.is_incomplete() || !evidence.dropping_services().is_empty();
    (may_be_why && evidence.unrecorded > 0).then(|| fact("unwanted", says(), "the counters of the services"))
}

/// What the run itself had to say against the trace.
fn proof(evidence: &Evidence) -> Option<Fact> {
    let first_line = |finding: &Finding| finding.to_string().lines().next().unwrap_or_default().to_owned();
    let says = evidence.refuted.iter().map(first_line).collect::<Vec<_>>().join("; ");
    (!says.is_empty()).then(|| fact("refuted", says, &format!("the report.json of {}", evidence.place)))
}

/// Which sampler each service has, those that have the same together; of a trace that is known whole, only who is in it.
fn samplers(evidence: &Evidence) -> Option<Fact> {
    let involved = evidence.services();
    let dropping = evidence.dropping_services();
    let is_open = involved.is_empty() || !evidence.orphaned().is_empty();
    let mut same: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (service, sampler) in &evidence.samplers {
        if is_open || involved.contains(service.as_str()) || dropping.contains(&service.as_str()) {
            same.entry(sampler.to_string()).or_default().push(service);
        }
    }
    let told = same.into_iter().map(|(sampler, services)| format!("{sampler} ({})", services.join(", ")));
    let says = told.collect::<Vec<_>>().join("; ");
    let when = if evidence.step.is_some() { "right after the step" } else { "now" };
    (!says.is_empty()).then(|| fact("sampler", says, &format!("what the services said {when}, /sampler")))
}

/// What a tail sampler counted, and what it wrote onto this trace.
fn tail_sampler(evidence: &Evidence, sampled: &Sampled) -> Fact {
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
    says.push_str(&match (sampled.late_kept, sampled.late_refused) {
        (0, 0) => "; no span came late".to_owned(),
        (kept, refused) => format!("; of late spans it let {kept} through and dropped {refused}"),
    });
    let mut source = "its counters, for all traces".to_owned();
    if evidence.stored.is_some() {
        let spans = evidence.spans();
        let named = spans.iter().filter(|span| span.scope.attributes.contains_key(tail::POLICY)).count();
        let late = evidence.late().len();
        says.push_str(&format!(
            "; wrote the policy onto {named} of {} spans of this one, {late} of them late",
            spans.len()
        ));
        source.push_str(&format!("; the scope attributes {}, {} and {REMEMBERED}", tail::POLICY, tail::PART));
    }
    fact(&sampled.at, says, &source)
}

fn stored(evidence: &Evidence) -> Option<Fact> {
    let says = match (evidence.counts(), evidence.unasked) {
        (_, true) if !evidence.is_known() => return None,
        (_, true) => return Some(fact("stored", "not known".to_owned(), "Jaeger does not answer")),
        ((0, _), _) => "no, none of its spans".to_owned(),
        ((stored, ended), _) if stored < ended => format!("in part: {stored} of {ended} spans"),
        ((stored, _), _) if !evidence.orphaned().is_empty() => {
            format!("in part: {stored} spans, and not all of their parents")
        }
        ((stored, _), _) if evidence.is_incomplete() => format!("yes, the {stored} spans that are known"),
        _ => "yes".to_owned(),
    };
    Some(fact("stored", says, &format!("Jaeger's answer, as {} has it", evidence.place)))
}

/// Each span that is missing from a stored trace, and each unknown parent.
fn missing(evidence: &Evidence) -> Option<Fact> {
    evidence.stored.as_ref()?;
    let named =
        evidence.missing().into_iter().map(|span| format!("{} \"{}\" ({})", span.service, span.name, span.span_id));
    // Of a step's own traces lab names every caller.
    let whose = match &evidence.step {
        Some(_) => "a span that is gone, or that was never recorded",
        None => "a caller outside the lab, or a span that is gone",
    };
    let orphaned = evidence
        .orphaned()
        .into_iter()
        .filter_map(|span| Some(format!("{}, the parent of {}: {whose}", span.parent?, span.title())));
    let says = named.chain(orphaned).collect::<Vec<_>>().join("; ");
    (!says.is_empty()).then(|| fact("missing", says, "what the services remember, /spans, less what is stored"))
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
