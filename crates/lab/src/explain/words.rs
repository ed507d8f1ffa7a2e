//! Spans and counts in words.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::Span;
use verify::explain::Ended;
use verify::explain::Evidence;

/// `items ended "GET", "GET /data"; users ended …`.
pub(super) fn by_service<'a>(spans: impl IntoIterator<Item = &'a Ended>) -> String {
    let mut services: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for span in spans {
        services.entry(&span.service).or_default().push(format!("\"{}\"", span.name));
    }
    let told = services.into_iter().map(|(service, names)| format!("{service} ended {}", names.join(", ")));
    told.collect::<Vec<_>>().join("; ")
}

/// `items SERVER "GET /data", users CLIENT "GET"`.
pub(super) fn titles(spans: &[&Span]) -> String {
    spans.iter().map(|span| span.title()).collect::<Vec<_>>().join(", ")
}

/// `414 (items 414)`: how many spans were not recorded, and by which services, where that is known.
pub(super) fn unwanted(evidence: &Evidence) -> String {
    let by = evidence.unrecorded_by.iter().filter(|(_, count)| **count > 0);
    let by = by.map(|(service, count)| format!("{service} {count}")).collect::<Vec<_>>().join(", ");
    if by.is_empty() { evidence.unrecorded.to_string() } else { format!("{} ({by})", evidence.unrecorded) }
}

/// The services that recorded a trace of which the response said that it was not sampled.
pub(super) fn contradiction(evidence: &Evidence) -> String {
    let asked = evidence.asked.as_deref().unwrap_or("the service that was asked");
    let who = evidence.spans().iter().map(Span::service).collect::<BTreeSet<_>>();
    let who = who.into_iter().collect::<Vec<_>>().join(", ");
    let losses: String = evidence.losses.iter().map(|loss| format!("; {loss}")).collect();
    format!("{asked} answered that it is not sampled (traceresponse), and it is recorded by {who}{losses}")
}
