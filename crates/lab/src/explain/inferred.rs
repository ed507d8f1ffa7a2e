//! What follows from the facts, and is recorded nowhere.

use ledger::counted;
use verify::explain::{Evidence, TraceVerdict};

use super::facts::not_recorded;

/// What follows from the facts of a trace with this verdict.
pub(super) fn inferred(evidence: &Evidence, verdict: TraceVerdict) -> Vec<String> {
    match (verdict, evidence.sampled.first()) {
        (TraceVerdict::Kept, _) => from_samplers(evidence),
        (TraceVerdict::KeptInPart, _) => {
            let losses = (!evidence.losses.is_empty())
                .then(|| "these losses belong to this trace: counters contain no trace IDs".to_owned());
            from_samplers(evidence).into_iter().chain(losses).collect()
        }
        (TraceVerdict::Refused, Some(sampled)) => vec![format!(
            "this trace was dropped: {} counts its decisions, but records them only on the traces that it keeps. Each policy \
             evaluated all {} decided traces, and a trace is kept if any policy matches",
            sampled.at,
            sampled.kept + sampled.refused
        )],
        (TraceVerdict::Evicted, Some(sampled)) => vec![format!(
            "this trace was evicted: {} counts evictions without trace IDs, and its policies dropped no trace",
            sampled.at
        )],
        (TraceVerdict::Unknown, _) if evidence.non_recording > 0 => vec![format!(
            "a head sampler may have dropped it at its first span ({} not recorded): the IDs of such traces are recorded \
             nowhere. The header `traceresponse` of such a response ends in 00",
            counted(evidence.non_recording, "span")
        )],
        _ => Vec::new(),
    }
}

/// What different samplers suggest: the decision of a sampler about one span is recorded nowhere.
fn from_samplers(evidence: &Evidence) -> Vec<String> {
    let Some(origin) = evidence.origin() else { return Vec::new() };
    let dropped = evidence.dropping_services().into_iter().map(|service| dropped_by(evidence, service, origin));
    let recorded = evidence.services().into_iter().filter(|_| evidence.is_contradicted());
    let recorded = recorded.filter(|service| evidence.decides_otherwise(service));
    dropped.chain(recorded.map(|service| recorded_by(evidence, service, origin))).collect()
}

fn dropped_by(evidence: &Evidence, service: &str, origin: &str) -> String {
    let spans = counted(evidence.non_recording_by.get(service).copied().unwrap_or(0), "span");
    let (own, first) = (sampler_of(evidence, service), sampler_of(evidence, origin));
    format!(
        "{service} took part in this trace and did not record it: in all traces together, it did not record {spans}, because \
         its own sampler ({own}) decides, and not that of {origin}, where the trace began ({first})"
    )
}

fn recorded_by(evidence: &Evidence, service: &str, origin: &str) -> String {
    let (own, first) = (sampler_of(evidence, service), sampler_of(evidence, origin));
    format!(
        "{service} recorded it, because its own sampler ({own}) does not follow that of {origin} ({first}); not recorded in \
         all traces together: {}",
        not_recorded(evidence)
    )
}

fn sampler_of(evidence: &Evidence, service: &str) -> String {
    evidence.samplers.get(service).map_or_else(|| "unknown".to_owned(), ToString::to_string)
}
