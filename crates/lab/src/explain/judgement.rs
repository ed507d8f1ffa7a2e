//! The verdict: what became of a trace, and what of that is only inferred.

use trace_assert::Trace;

use super::Evidence;
use super::spans::{by_service, titles};
use super::torn::contradiction;
use crate::check::tail;
use crate::ledger::loss::LossReason;
use crate::ledger::sampled::Sampled;
use crate::ledger::{LedgerFinding, finding, pending};

/// What became of a trace, as [`super::Answer`] says it.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) verdict: &'static str,
    pub(super) sentence: String,
    pub(super) inferred: Vec<String>,
}

/// What the evidence amounts to.
pub(super) fn of(evidence: &Evidence) -> Judgement {
    let exported = evidence.answered == Some(true) || evidence.ended.iter().any(|span| span.sampled);
    match (&evidence.stored, evidence.answered) {
        (Some(trace), _) if evidence.is_torn() => in_part(trace, evidence),
        (Some(trace), _) => judgement("kept", kept(trace, evidence)).inferring_all(evidence.of_samplers()),
        (None, _) if exported && evidence.unasked => {
            judgement("unknown", "exported; whether it is stored cannot be said: Jaeger does not answer".to_owned())
        }
        (None, _) if exported && !evidence.under_way.is_empty() => {
            let sentence = format!("not decided, or on its way: {}", pending::told(&evidence.under_way));
            judgement("under way", sentence)
        }
        (None, _) if exported => absent(evidence),
        (None, Some(false)) => {
            let sentence = "never recorded: the service in which it began did not sample it".to_owned();
            judgement("not recorded", sentence)
        }
        (None, _) if !evidence.ended.is_empty() => {
            let sentence = "recorded and not sampled: its spans were never exported".to_owned();
            judgement("not recorded", sentence)
        }
        (None, _) => unknown(evidence),
    }
}

fn judgement(verdict: &'static str, sentence: String) -> Judgement {
    Judgement { verdict, sentence, inferred: Vec::new() }
}

impl Judgement {
    fn inferring(mut self, what: String) -> Self {
        self.inferred.push(what);
        self
    }

    fn inferring_all(mut self, what: Vec<String>) -> Self {
        self.inferred.extend(what);
        self
    }
}

/// Who kept a stored trace, and what became of its late spans.
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
fn in_part(trace: &Trace, evidence: &Evidence) -> Judgement {
    let (stored, ended) = evidence.counts();
    let (missing, strays) = (evidence.missing(), evidence.strays());
    let part = match (missing.as_slice(), strays.as_slice(), evidence.lacking()) {
        ([], [], None) => format!("{stored} spans"),
        ([], [], Some(lacking)) => format!("{stored} spans; as the step expects it: {lacking}"),
        ([], ..) => format!("{stored} spans; missing: the parent of {}", titles(&strays)),
        _ => format!("{stored} of the {ended} spans that ended; missing: {}", by_service(missing)),
    };
    if !evidence.under_way.is_empty() {
        return judgement(
            "under way",
            format!("stored in part so far: {part}; {}", pending::told(&evidence.under_way)),
        );
    }
    let unless = match evidence.may_be_called_from_outside() {
        true => ", unless a caller outside the lab kept its span to itself",
        false => "",
    };
    let sentence = format!("stored in part{unless}: {part}; why: {}; {}", why(evidence), kept(trace, evidence));
    let told = judgement("kept in part", sentence).inferring_all(evidence.of_samplers());
    match evidence.losses.is_empty() {
        true => told,
        false => told.inferring("that these losses are of this trace: counters know no trace".to_owned()),
    }
}

/// Why spans of a stored trace are not there, as far as counters tell.
fn why(evidence: &Evidence) -> String {
    let late: u64 = evidence.sampled.iter().map(|sampled| sampled.late_refused).sum();
    match (evidence.losses.as_slice(), late, evidence.unrecorded) {
        _ if evidence.is_contradicted() => contradiction(evidence),
        ([], 0, 0) => "no counter says".to_owned(),
        ([], 0, _) => {
            let unwanted = evidence.unwanted();
            format!(
                "nothing was lost, and {unwanted} spans were started that samplers did not want, all traces together"
            )
        }
        ([], late, _) => format!("tail samplers dropped {late} late spans, all traces together"),
        (losses, ..) => finding::told(losses),
    }
}

/// A trace that was exported and is not stored.  No part writes down what it drops, so this is read from the counters.
fn absent(evidence: &Evidence) -> Judgement {
    let losses = match evidence.losses.as_slice() {
        [] => "no counter says where".to_owned(),
        losses => finding::told(losses),
    };
    let Some(sampled) = evidence.sampled.first() else {
        return judgement("lost", format!("lost: it was exported, and no collector samples: {losses}"));
    };
    let evicted_only = |loss: &LedgerFinding| matches!(loss, LedgerFinding::Lost(loss) if matches!(loss.reason, LossReason::Evicted { .. }));
    let elsewhere = evidence.losses.iter().any(|loss| !evicted_only(loss));
    match (sampled.refused > 0, sampled.judged_all()) {
        (true, true) if !elsewhere => dropped(sampled),
        (false, false) => evicted(sampled),
        (true, false) => {
            let (at, refused) = (&sampled.at, refused(sampled));
            let sentence =
                format!("dropped by {at}: refused ({refused}), or pushed out before that; nothing tells which");
            judgement("refused or evicted", sentence)
        }
        _ => judgement("lost", format!("lost on its way: {losses}")),
    }
}

fn dropped(sampled: &Sampled) -> Judgement {
    let (at, decided) = (&sampled.at, sampled.kept + sampled.refused);
    let inferred = format!(
        "that it was this trace: {at} counts its decisions and writes down those for what it keeps. Each policy was asked about all \
         {decided} traces that were decided about, and one that any policy wants is kept"
    );
    let mut sentence = format!("dropped whole by the tail sampler of {at}: {}", refused(sampled));
    if sampled.late_refused > 0 {
        sentence.push_str(&format!("; of late spans it dropped {}, all traces together", sampled.late_refused));
    }
    judgement("refused", sentence).inferring(inferred)
}

fn evicted(sampled: &Sampled) -> Judgement {
    let at = &sampled.at;
    let sentence =
        format!("pushed out of the tail sampler of {at} before any policy was asked: num_traces is too small");
    let inferred =
        format!("that it was this trace: {at} only counts, and refused none, so what is absent was pushed out");
    judgement("evicted", sentence).inferring(inferred)
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
    let sentence = evidence.nobody.clone().unwrap_or_else(|| format!("{} does not know it", evidence.place));
    let unknown = judgement("unknown", sentence);
    if evidence.unrecorded == 0 {
        return unknown;
    }
    unknown.inferring(format!(
        "that it may be one of those that a head sampler dropped at its first span ({} spans started and not recorded): of these \
         nobody keeps an id. The header `traceresponse` of such an answer ends in 00",
        evidence.unrecorded
    ))
}
