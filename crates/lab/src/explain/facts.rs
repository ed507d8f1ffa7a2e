//! The facts: what can be shown of a trace, each with its source, in the order in which a span travels.

use std::collections::BTreeMap;

use serde::Serialize;
use trace_assert::Value;

use ledger::ended_span::EndedSpan;
use ledger::list::by_part;
use ledger::sampled::Sampled;
use ledger::{counted, sampler_state};
use verify::explain::{Evidence, REMEMBERED};
use verify::{Finding, tail};

/// The attribute in which the lab's head sampler records why it sampled a trace.
const RULE: &str = "lab.sampler.rule";

/// The source of what services recorded.
const SPANS: &str = "/spans of the services";

/// One thing that can be shown.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Fact {
    /// `step`, `recorded`, `sampled`, `sampler`, `unwanted`, `gateway` (or another collector), `stored`, `missing`, `refuted`.
    pub subject: String,
    /// What is known.
    pub text: String,
    /// The source of the fact.
    pub source: String,
}

/// Everything that can be shown.
pub(super) fn facts(evidence: &Evidence) -> Vec<Fact> {
    let services = [step(evidence), recorded(evidence), head(evidence), samplers(evidence), unwanted(evidence)];
    let services = services.into_iter().flatten();
    let tails = evidence.sampled.iter().map(|sampled| tail_sampler(evidence, sampled));
    services.chain(tails).chain(stored(evidence)).chain(missing(evidence)).chain(refuted(evidence)).collect()
}

/// `items ended "GET", "GET /data"; users ended …`.
pub(super) fn by_service<'a>(spans: impl IntoIterator<Item = &'a EndedSpan>) -> String {
    let mut services: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for span in spans {
        services.entry(&span.service).or_default().push(format!("\"{}\"", span.name));
    }
    let services = services.into_iter().map(|(service, names)| format!("{service} ended {}", names.join(", ")));
    services.collect::<Vec<_>>().join("; ")
}

/// `414 spans (items 414)`: how many spans were not recorded, and by which services, where that is known.
pub(super) fn not_recorded(evidence: &Evidence) -> String {
    format!("{}{}", counted(evidence.non_recording, "span"), by_part(&evidence.non_recording_by))
}

fn fact(subject: &str, text: String, source: &str) -> Fact {
    Fact { subject: subject.to_owned(), text, source: source.to_owned() }
}

fn step(evidence: &Evidence) -> Option<Fact> {
    evidence.step.as_ref().map(|step| fact("step", step.clone(), &evidence.place))
}

fn recorded(evidence: &Evidence) -> Option<Fact> {
    let (stored, known) = evidence.counts();
    let text = || format!("yes: {} of {}", counted(known, "span"), involved(evidence));
    match (stored, evidence.ended.is_empty()) {
        (0, true) => None,
        (0, false) => Some(fact("recorded", format!("yes: {}", by_service(&evidence.ended)), SPANS)),
        (_, true) => Some(fact("recorded", text(), "the stored trace")),
        (_, false) => Some(fact("recorded", text(), &format!("the stored trace; {SPANS}"))),
    }
}

/// The services that have to do with the trace.
fn involved(evidence: &Evidence) -> String {
    evidence.services().into_iter().collect::<Vec<_>>().join(", ")
}

/// What the services' own samplers decided.
fn head(evidence: &Evidence) -> Option<Fact> {
    let rule = evidence.spans().iter().find_map(|span| match span.attributes.get(RULE)? {
        Value::String(rule) => Some(rule),
        _ => None,
    });
    let remembered = evidence.ended.first().map(|_| evidence.ended.iter().any(|span| span.sampled));
    let (sampled, source) = match (&evidence.stored, evidence.response_sampled, remembered) {
        (Some(_), Some(false), _) => {
            let source = "the traceresponse header of the response; the stored trace";
            return Some(fact("sampled", contradiction(evidence), source));
        }
        (Some(_), ..) => (true, "the flags of its spans"),
        (None, Some(answered), _) => (answered, "the traceresponse header of the response"),
        (None, None, Some(remembered)) => (remembered, SPANS),
        (None, None, None) => return None,
    };
    let mut text = if sampled { "yes" } else { "no" }.to_owned();
    if let Some(rule) = rule {
        text.push_str(&format!(", by the rule {rule} ({RULE})"));
    }
    Some(fact("sampled", text, source))
}

/// The decision in the response, and the services that decided otherwise.
pub(super) fn contradiction(evidence: &Evidence) -> String {
    let first = evidence.part.as_deref().unwrap_or("the first service");
    format!("not sampled by {first} according to its response, but recorded by {}", involved(evidence))
}

/// Spans that samplers did not record, where that may be why something is missing.
fn unwanted(evidence: &Evidence) -> Option<Fact> {
    let text = || format!("{} not recorded, in all traces together", not_recorded(evidence));
    let may_be_why = evidence.is_incomplete() || !evidence.dropping_services().is_empty();
    (may_be_why && evidence.non_recording > 0).then(|| fact("unwanted", text(), "counters of the services"))
}

/// What the run found wrong with the trace.
fn refuted(evidence: &Evidence) -> Option<Fact> {
    let first_line = |finding: &Finding| finding.to_string().lines().next().unwrap_or_default().to_owned();
    let text = evidence.refuted.iter().map(first_line).collect::<Vec<_>>().join("; ");
    (!text.is_empty()).then(|| fact("refuted", text, &format!("report.json in {}", evidence.place)))
}

/// The sampler of each service, grouped by sampler. Of a complete trace, only the services in it.
fn samplers(evidence: &Evidence) -> Option<Fact> {
    let involved = evidence.services();
    let dropping = evidence.dropping_services();
    let is_open = involved.is_empty() || !evidence.orphaned().is_empty();
    let is_shown = |service: &str| is_open || involved.contains(service) || dropping.contains(&service);
    let shown = evidence.samplers.keys().map(String::as_str).filter(|service| is_shown(service));
    let text = sampler_state::grouped(&sampler_state::select_parts(&evidence.samplers, shown));
    let when = if evidence.step.is_some() { "right after the step" } else { "now" };
    (!text.is_empty()).then(|| fact("sampler", text, &format!("/sampler of the services, {when}")))
}

/// What a tail sampler counted, and what it recorded on this trace.
fn tail_sampler(evidence: &Evidence, sampled: &Sampled) -> Fact {
    let mut text = sampled.to_string();
    let mut source = "its counters, for all traces".to_owned();
    if evidence.stored.is_some() {
        let spans = evidence.spans();
        let named = spans.iter().filter(|span| span.scope.attributes.contains_key(tail::POLICY)).count();
        let (all, late) = (counted(spans.len(), "span"), evidence.late().len());
        text.push_str(&format!("; recorded its policy on {named} of {all} of this trace, {late} of them late"));
        source.push_str(&format!("; the scope attributes {}, {} and {REMEMBERED}", tail::POLICY, tail::PART));
    }
    fact(&sampled.at, text, &source)
}

fn stored(evidence: &Evidence) -> Option<Fact> {
    let text = match (evidence.counts(), evidence.store_unreadable) {
        (_, true) if !evidence.is_known() => return None,
        (_, true) => return Some(fact("stored", "unknown".to_owned(), "no response from Jaeger")),
        ((0, _), _) => "no, none of its spans".to_owned(),
        ((stored, ended), _) if stored < ended => format!("in part: {stored} of {}", counted(ended, "span")),
        ((stored, _), _) if !evidence.orphaned().is_empty() => {
            format!("in part: {}, without some of their parents", counted(stored, "span"))
        }
        ((stored, _), _) if evidence.is_incomplete() => format!("yes: {}", counted(stored, "known span")),
        _ => "yes".to_owned(),
    };
    Some(fact("stored", text, &format!("the response of Jaeger, in {}", evidence.place)))
}

/// Each span that is missing from a stored trace, and each unknown parent.
fn missing(evidence: &Evidence) -> Option<Fact> {
    evidence.stored.as_ref()?;
    let named =
        evidence.missing().into_iter().map(|span| format!("{} \"{}\" ({})", span.service, span.name, span.span_id));
    // Every caller of a step's own traces is known.
    let parent = match &evidence.step {
        Some(_) => "a span that is missing or was never recorded",
        None => "a span of a caller outside the lab, or a missing span",
    };
    let orphaned = evidence.orphaned().into_iter();
    let orphaned =
        orphaned.filter_map(|span| Some(format!("{}, the parent of {}: {parent}", span.parent?, span.title())));
    let text = named.chain(orphaned).collect::<Vec<_>>().join("; ");
    (!text.is_empty()).then(|| fact("missing", text, &format!("{SPANS}, without the stored spans")))
}
