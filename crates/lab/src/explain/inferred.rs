//! What follows from the facts, and is recorded nowhere.

use verify::explain::{Evidence, TraceVerdict};

use super::words::unwanted;

/// What follows from the facts of a trace with this verdict.
pub(super) fn inferred(evidence: &Evidence, verdict: TraceVerdict) -> Vec<String> {
    match verdict {
        TraceVerdict::Kept => of_samplers(evidence),
        TraceVerdict::KeptInPart => {
            let losses = (!evidence.losses.is_empty())
                .then(|| "that these losses are of this trace: counters know no trace".to_owned());
            of_samplers(evidence).into_iter().chain(losses).collect()
        }
        TraceVerdict::Refused => evidence.sampled.first().map(|sampled| {
            let (at, decided) = (&sampled.at, sampled.kept + sampled.refused);
            format!(
                "that it was this trace: {at} counts its decisions and writes down those for what it keeps. Each policy was asked \
                 about all {decided} traces that were decided about, and one that any policy wants is kept"
            )
        }).into_iter().collect(),
        TraceVerdict::Evicted => evidence.sampled.first().map(|sampled| {
            let at = &sampled.at;
            format!("that it was this trace: {at} only counts, and refused none, so what is absent was pushed out")
        }).into_iter().collect(),
        TraceVerdict::Unknown if evidence.unrecorded > 0 => vec![format!(
            "that it may be one of those that a head sampler dropped at its first span ({} spans started and not recorded): of \
             these nobody keeps an id. The header `traceresponse` of such an answer ends in 00",
            evidence.unrecorded
        )],
        _ => Vec::new(),
    }
}

/// What samplers that differ suggest; what a sampler decided about one span is recorded nowhere.
fn of_samplers(evidence: &Evidence) -> Vec<String> {
    let Some(origin) = evidence.origin() else { return Vec::new() };
    let refused = evidence.dropping_services().into_iter().map(|service| refused_by(evidence, service, origin));
    let recorded = evidence.services().into_iter().filter(|_| evidence.is_contradicted());
    let recorded = recorded.filter(|service| evidence.decides_otherwise(service));
    refused.chain(recorded.map(|service| recorded_by(evidence, service, origin))).collect()
}

fn refused_by(evidence: &Evidence, service: &str, origin: &str) -> String {
    let count = evidence.unrecorded_by.get(service).copied().unwrap_or(0);
    let (own, first) = (sampler_of(evidence, service), sampler_of(evidence, origin));
    format!(
        "that {service} had a part in this trace and did not record it: of all traces together it did not record {count} spans, \
         by its own sampler ({own}) and not by that of {origin}, where the trace began ({first})"
    )
}

fn recorded_by(evidence: &Evidence, service: &str, origin: &str) -> String {
    let (own, first) = (sampler_of(evidence, service), sampler_of(evidence, origin));
    format!(
        "that {service} recorded it by a sampler of its own ({own}), which does not follow that of {origin} ({first}); of all \
         traces together, spans that were not recorded: {}",
        unwanted(evidence)
    )
}

fn sampler_of(evidence: &Evidence, service: &str) -> String {
    evidence.samplers.get(service).map_or_else(|| "not known".to_owned(), ToString::to_string)
}
