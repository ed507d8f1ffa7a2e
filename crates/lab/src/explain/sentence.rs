//! The verdict about a trace, as a sentence.

use ledger::sampled::Sampled;
use ledger::{counted, joined};
use trace_assert::{Span, Trace};
use verify::explain::{Evidence, TraceVerdict};
use verify::tail;

use super::facts::{by_service, contradiction, not_recorded};

/// What happened to a trace.
pub(super) fn sentence(evidence: &Evidence, verdict: TraceVerdict) -> String {
    match (verdict, &evidence.stored, evidence.sampled.first()) {
        (TraceVerdict::Kept, Some(trace), _) => kept(trace, evidence),
        (TraceVerdict::InFlight, Some(_), _) => {
            format!("stored in part so far: {}; in flight: {}", stored_part(evidence), joined(&evidence.pending))
        }
        (TraceVerdict::InFlight, None, _) => {
            format!("in flight, or not decided yet: {}", joined(&evidence.pending))
        }
        (TraceVerdict::KeptInPart, Some(trace), _) => in_part(trace, evidence),
        (TraceVerdict::StoreUnreadable, ..) => {
            "exported; unknown whether it is stored, because Jaeger does not respond".to_owned()
        }
        (TraceVerdict::NotSampled, ..) => "not recorded: the service where it began did not sample it".to_owned(),
        (TraceVerdict::NotExported, ..) => "recorded but not sampled, so its spans were not exported".to_owned(),
        (TraceVerdict::Refused, _, Some(sampled)) => dropped(sampled),
        (TraceVerdict::Evicted, _, Some(sampled)) => {
            format!("evicted from the tail sampler of {} before its decision: `num_traces` is too small", sampled.at)
        }
        (TraceVerdict::RefusedOrEvicted, _, Some(sampled)) => {
            let (at, why) = (&sampled.at, no_match(sampled));
            format!(
                "dropped by the tail sampler of {at} ({why}), or evicted before its decision: the counters do not show which"
            )
        }
        (TraceVerdict::Lost, _, Some(_)) => format!("lost on its path to the store: {}", losses(evidence)),
        (TraceVerdict::Lost, _, None) => {
            format!("lost: it was exported, and no collector samples: {}", losses(evidence))
        }
        _ => evidence.not_found.clone().unwrap_or_else(|| format!("the trace ID is unknown in {}", evidence.place)),
    }
}

fn losses(evidence: &Evidence) -> String {
    match evidence.losses.as_slice() {
        [] => "no counter shows where".to_owned(),
        losses => joined(losses),
    }
}

/// Why a stored trace was kept, and what happened to its late spans.
fn kept(trace: &Trace, evidence: &Evidence) -> String {
    let policies: Vec<&str> = tail::policies(trace).into_iter().collect();
    let mut sentence = match (policies.as_slice(), evidence.sampled.first()) {
        ([], None) if evidence.is_contradicted() => "kept: no collector on its path samples".to_owned(),
        ([], None) => "kept: it was sampled, and no collector on its path samples".to_owned(),
        ([], Some(sampled)) => format!("kept: the tail sampler of {} did not record why", sampled.at),
        ([policy], _) => format!("kept by the policy `{policy}` of the tail sampler"),
        (several, _) => format!("kept by the policies `{}` of tail samplers", several.join("`, `")),
    };
    let parts: Vec<&str> = tail::parts(trace).into_iter().collect();
    if !parts.is_empty() {
        sentence.push_str(&format!(", by its part `{}`", parts.join("`, `")));
    }
    let late = evidence.late();
    if !late.is_empty() {
        sentence.push_str(&format!("; late spans, kept by the remembered decision: {}", titles(&late)));
    }
    sentence
}

/// A stored trace that is incomplete.
fn in_part(trace: &Trace, evidence: &Evidence) -> String {
    let unless = match evidence.may_be_called_from_outside() {
        true => ", unless the missing parent is a span of a caller outside the lab",
        false => "",
    };
    let (part, why, kept) = (stored_part(evidence), why(evidence), kept(trace, evidence));
    format!("stored in part{unless}: {part}; why: {why}; {kept}")
}

/// How much of a trace is stored, and what is missing.
fn stored_part(evidence: &Evidence) -> String {
    let (stored, ended) = evidence.counts();
    let (spans, missing, orphaned) = (counted(stored, "span"), evidence.missing(), evidence.orphaned());
    match (missing.as_slice(), orphaned.as_slice(), evidence.lacking()) {
        ([], [], None) => spans,
        ([], [], Some(lacking)) => format!("{spans}; compared with the expected tree: {lacking}"),
        ([], ..) => format!("{spans}; missing: the parent of {}", titles(&orphaned)),
        _ => format!("{stored} of the {ended} spans that ended; missing: {}", by_service(missing)),
    }
}

/// Why spans of a stored trace are missing, as far as counters show it.
fn why(evidence: &Evidence) -> String {
    let late: u64 = evidence.sampled.iter().map(|sampled| sampled.late_refused).sum();
    match (evidence.losses.as_slice(), late, evidence.non_recording) {
        _ if evidence.is_contradicted() => {
            let losses: String = evidence.losses.iter().map(|loss| format!("; {loss}")).collect();
            format!("{}{losses}", contradiction(evidence))
        }
        ([], 0, 0) => "no counter shows it".to_owned(),
        ([], 0, _) => {
            let spans = not_recorded(evidence);
            format!("no span was lost, but samplers did not record {spans} in all traces together")
        }
        ([], late, _) => format!("tail samplers dropped {} in all traces together", counted(late, "late span")),
        (losses, ..) => joined(losses),
    }
}

fn dropped(sampled: &Sampled) -> String {
    let late = match sampled.late_refused {
        0 => String::new(),
        late => format!("; it also dropped {} in all traces together", counted(late, "late span")),
    };
    format!("dropped as a whole by the tail sampler of {}: {}{late}", sampled.at, no_match(sampled))
}

/// Why no policy kept a trace.
fn no_match(sampled: &Sampled) -> String {
    match sampled.policies_for_every_trace().as_slice() {
        [] => "it has no policy, so it keeps no trace".to_owned(),
        [policy] => format!("its policy {policy} did not match"),
        policies => format!("none of its policies matched ({})", policies.join(", ")),
    }
}

/// `items SERVER "GET /data", users CLIENT "GET"`.
fn titles(spans: &[&Span]) -> String {
    spans.iter().map(|span| span.title()).collect::<Vec<_>>().join(", ")
}
