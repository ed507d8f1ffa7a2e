//! The verdict about a trace, as a sentence.

use ledger::joined;
use ledger::sampled::Sampled;
use trace_assert::Trace;
use verify::explain::{Evidence, TraceVerdict};
use verify::tail;

use super::words::{by_service, contradiction, titles, unwanted};

/// What became of a trace.
pub(super) fn sentence(evidence: &Evidence, verdict: TraceVerdict) -> String {
    match (verdict, &evidence.stored, evidence.sampled.first()) {
        (TraceVerdict::Kept, Some(trace), _) => kept(trace, evidence),
        (TraceVerdict::InFlight, Some(_), _) => {
            format!("stored in part so far: {}; {}", stored_part(evidence), joined(&evidence.under_way))
        }
        (TraceVerdict::InFlight, None, _) => {
            format!("not decided, or on its way: {}", joined(&evidence.under_way))
        }
        (TraceVerdict::KeptInPart, Some(trace), _) => in_part(trace, evidence),
        (TraceVerdict::StoreUnreadable, ..) => {
            "exported; whether it is stored cannot be said: Jaeger does not answer".to_owned()
        }
        (TraceVerdict::NotSampled, ..) => "never recorded: the service in which it began did not sample it".to_owned(),
        (TraceVerdict::NotExported, ..) => "recorded and not sampled: its spans were never exported".to_owned(),
        (TraceVerdict::Refused, _, Some(sampled)) => dropped(sampled),
        (TraceVerdict::Evicted, _, Some(sampled)) => format!(
            "pushed out of the tail sampler of {} before any policy was asked: num_traces is too small",
            sampled.at
        ),
        (TraceVerdict::RefusedOrEvicted, _, Some(sampled)) => {
            let (at, refused) = (&sampled.at, refused(sampled));
            format!("dropped by {at}: refused ({refused}), or pushed out before that; nothing tells which")
        }
        (TraceVerdict::Lost, _, Some(_)) => format!("lost on its way: {}", losses(evidence)),
        (TraceVerdict::Lost, _, None) => {
            format!("lost: it was exported, and no collector samples: {}", losses(evidence))
        }
        _ => evidence.nobody.clone().unwrap_or_else(|| format!("{} does not know it", evidence.place)),
    }
}

fn losses(evidence: &Evidence) -> String {
    match evidence.losses.as_slice() {
        [] => "no counter says where".to_owned(),
        losses => joined(losses),
    }
}

/// Why a stored trace was kept, and what became of its late spans.
fn kept(trace: &Trace, evidence: &Evidence) -> String {
    let policies: Vec<&str> = tail::policies(trace).into_iter().collect();
    let mut sentence = match (policies.as_slice(), evidence.sampled.first()) {
        ([], None) if evidence.is_contradicted() => "kept: no collector on its way samples".to_owned(),
        ([], None) => "kept: it was sampled, and no collector on its way samples".to_owned(),
        ([], Some(sampled)) => format!("kept: the tail sampler of {} did not write down why", sampled.at),
        ([policy], _) => format!("kept by the policy `{policy}` of the tail sampler"),
        (several, _) => format!("kept by the policies {} of tail samplers", several.join(", ")),
    };
    let parts: Vec<&str> = tail::parts(trace).into_iter().collect();
    if !parts.is_empty() {
        sentence.push_str(&format!(", by its part `{}`", parts.join("`, `")));
    }
    let late = evidence.late();
    if !late.is_empty() {
        sentence.push_str(&format!("; {} came late, and the remembered decision let it through", titles(&late)));
    }
    sentence
}

/// A stored trace of which something is not there.
fn in_part(trace: &Trace, evidence: &Evidence) -> String {
    let unless = match evidence.may_be_called_from_outside() {
        true => ", unless a caller outside the lab kept its span to itself",
        false => "",
    };
    let (part, why, kept) = (stored_part(evidence), why(evidence), kept(trace, evidence));
    format!("stored in part{unless}: {part}; why: {why}; {kept}")
}

/// How much of a trace is stored, and what is missing.
fn stored_part(evidence: &Evidence) -> String {
    let (stored, ended) = evidence.counts();
    let (missing, orphaned) = (evidence.missing(), evidence.orphaned());
    match (missing.as_slice(), orphaned.as_slice(), evidence.lacking()) {
        ([], [], None) => format!("{stored} spans"),
        ([], [], Some(lacking)) => format!("{stored} spans; as the step expects it: {lacking}"),
        ([], ..) => format!("{stored} spans; missing: the parent of {}", titles(&orphaned)),
        _ => format!("{stored} of the {ended} spans that ended; missing: {}", by_service(missing)),
    }
}

/// Why spans of a stored trace are not there, as far as counters tell.
fn why(evidence: &Evidence) -> String {
    let late: u64 = evidence.sampled.iter().map(|sampled| sampled.late_refused).sum();
    match (evidence.losses.as_slice(), late, evidence.unrecorded) {
        _ if evidence.is_contradicted() => contradiction(evidence),
        ([], 0, 0) => "no counter says".to_owned(),
        ([], 0, _) => {
            let unwanted = unwanted(evidence);
            format!(
                "nothing was lost, and {unwanted} spans were started that samplers did not want, all traces together"
            )
        }
        ([], late, _) => format!("tail samplers dropped {late} late spans, all traces together"),
        (losses, ..) => joined(losses),
    }
}

fn dropped(sampled: &Sampled) -> String {
    let late = match sampled.late_refused {
        0 => String::new(),
        late => format!("; of late spans it dropped {late}, all traces together"),
    };
    format!("dropped whole by the tail sampler of {}: {}{late}", sampled.at, refused(sampled))
}

/// Which policies refused what is not kept.
fn refused(sampled: &Sampled) -> String {
    match sampled.asked().as_slice() {
        [] => "it has no policy, and what no policy wants is not kept".to_owned(),
        [policy] => format!("the policy {policy} refused it"),
        policies => format!("each of its policies refused it ({})", policies.join(", ")),
    }
}
