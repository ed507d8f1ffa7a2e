//! Evidence from the folder of a past run: its report, which has the closed ledger, and the traces that it saved.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use trace_assert::{Trace, TraceId, otlp};

use crate::explain::ended::Ended;
use crate::explain::evidence::Evidence;
use crate::report::Report;
use ledger::LedgerFinding;
use ledger::ended_span::EndedSpan;

/// What the newest run that knows the trace has written down; `None` when no run knows it.
///
/// # Errors
/// When a run's files cannot be read.
pub fn gather(runs: &Path, id: TraceId, readable: impl Fn(&Path) -> String) -> Result<Option<Evidence>> {
    for folder in newest_first(runs) {
        let report = folder.join("report.json");
        let text = fs::read_to_string(&report).with_context(|| format!("reading {}", report.display()))?;
        let stored = stored(&folder.join("traces.jsonl"), id)?;
        if stored.is_none() && !text.contains(&id.to_string()) {
            continue;
        }
        let report: Report = serde_json::from_str(&text).with_context(|| format!("reading {}", report.display()))?;
        return Ok(Some(evidence(report, stored, id, readable(&folder))));
    }
    Ok(None)
}

/// How many past runs there are to be asked.
#[must_use]
pub fn count(runs: &Path) -> usize {
    newest_first(runs).len()
}

/// The folders of runs that have a report.
fn newest_first(runs: &Path) -> Vec<PathBuf> {
    let written = |folder: &PathBuf| folder.join("report.json").metadata().and_then(|data| data.modified()).ok();
    let entries = fs::read_dir(runs).into_iter().flatten();
    let mut folders: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter_map(|folder| Some((written(&folder)?, folder)))
        .collect();
    folders.sort_by(|one, other| other.cmp(one));
    folders.into_iter().map(|(_, folder)| folder).collect()
}

fn stored(file: &Path, id: TraceId) -> Result<Option<Trace>> {
    let Ok(text) = fs::read_to_string(file) else { return Ok(None) };
    if !text.contains(&id.to_string()) {
        return Ok(None);
    }
    let spans = otlp::parse(&text).with_context(|| format!("reading {}", file.display()))?;
    Ok(Trace::group(spans).into_iter().find(|trace| trace.id == id))
}

fn evidence(report: Report, stored: Option<Trace>, id: TraceId, place: String) -> Evidence {
    let mut evidence = Evidence::new(id, place);
    let findings = report.steps.iter().flat_map(|step| &step.findings);
    evidence.refuted = findings.filter(|finding| finding.trace_id() == Some(id)).cloned().collect();
    if let Some(step) = report.steps.into_iter().find(|step| step.traces.contains(&id)) {
        evidence.step = Some(step.caption);
        evidence.answered = Some(!step.unsampled.contains(&id));
        evidence.asked = step.part;
        evidence.samplers = step.samplers;
        evidence.callers = step.callers;
    }
    evidence.stored = stored;
    let Some(ledger) = report.ledger else {
        evidence.under_way = report.unfinished.map(|unfinished| unfinished.pending).unwrap_or_default();
        return evidence;
    };
    let own = ledger.dropped.into_iter().chain(ledger.missing).filter(|span| span.trace_id == id);
    evidence.ended = own.map(ended).collect();
    evidence.unrecorded = ledger.non_recording;
    evidence.unrecorded_by = ledger.non_recording_by;
    evidence.sampled = ledger.sampled;
    let silent = ledger.silent.into_iter().map(|service| LedgerFinding::NoShutdownReport { service });
    // An export that failed may have arrived: counters of losses count only where something is lost.
    let losses = ledger.losses.into_iter().filter(|_| ledger.lost > 0).map(LedgerFinding::Lost);
    evidence.losses = losses.chain(silent).collect();
    evidence
}

/// A span that the ledger names because it is not stored; what was not to be exported is never in it.
fn ended(span: EndedSpan) -> Ended {
    Ended { service: span.service, name: span.name, span_id: span.span_id, sampled: true }
}
