//! Evidence from the folder of a past run: its report, which has the ledger, and the traces that it saved.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use trace_assert::{Trace, TraceId, otlp};

use crate::explain::evidence::Evidence;
use crate::report::Report;
use ledger::LedgerFinding;

/// What the newest run with this trace has recorded; `None` if no run has it.
///
/// # Errors
/// When a run's files cannot be read.
pub fn gather(runs: &Path, id: TraceId, readable: impl Fn(&Path) -> String) -> Result<Option<Evidence>> {
    for folder in newest_first(runs) {
        let file = folder.join("report.json");
        let unreadable = || format!("cannot read {}", file.display());
        let text = fs::read_to_string(&file).with_context(unreadable)?;
        let stored = stored(&folder.join("traces.jsonl"), id)?;
        if stored.is_none() && !mentions(&text, id) {
            continue;
        }
        let report: Report = serde_json::from_str(&text).with_context(unreadable)?;
        return Ok(Some(evidence(report, stored, id, readable(&folder))));
    }
    Ok(None)
}

/// The number of past runs that have a report.
#[must_use]
pub fn count(runs: &Path) -> usize {
    newest_first(runs).len()
}

/// The folders of runs that have a report.
fn newest_first(runs: &Path) -> Vec<PathBuf> {
    let written = |folder: &PathBuf| folder.join("report.json").metadata().and_then(|data| data.modified()).ok();
    let folders = fs::read_dir(runs).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders: Vec<_> = folders.filter_map(|folder| Some((written(&folder)?, folder))).collect();
    folders.sort();
    folders.into_iter().rev().map(|(_, folder)| folder).collect()
}

#[expect(clippy::disallowed_methods, reason = "an ID is searched for, so that a file without it is not parsed")]
fn mentions(text: &str, id: TraceId) -> bool {
    text.contains(&id.to_string())
}

fn stored(file: &Path, id: TraceId) -> Result<Option<Trace>> {
    let Ok(text) = fs::read_to_string(file) else { return Ok(None) };
    if !mentions(&text, id) {
        return Ok(None);
    }
    let spans = otlp::parse(&text).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Trace::group(spans).into_iter().find(|trace| trace.id == id))
}

fn evidence(report: Report, stored: Option<Trace>, id: TraceId, place: String) -> Evidence {
    let mut evidence = Evidence { id, place, ..Evidence::default() };
    let findings = report.steps.iter().flat_map(|step| &step.findings);
    evidence.refuted = findings.filter(|finding| finding.trace_id == Some(id)).cloned().collect();
    if let Some(step) = report.steps.into_iter().find(|step| step.traces.contains(&id)) {
        evidence.step = Some(step.caption);
        evidence.response_sampled = Some(!step.unsampled.contains(&id));
        evidence.part = step.part;
        evidence.samplers = step.samplers;
        evidence.callers = step.callers;
    }
    evidence.stored = stored;
    let Some(ledger) = report.ledger else {
        evidence.pending = report.unfinished.map(|unfinished| unfinished.pending).unwrap_or_default();
        return evidence;
    };
    let own = ledger.dropped.into_iter().chain(ledger.missing).filter(|span| span.trace_id == id);
    evidence.ended = own.collect();
    evidence.non_recording = ledger.non_recording;
    evidence.non_recording_by = ledger.non_recording_by;
    evidence.sampled = ledger.sampled;
    let silent = ledger.silent.into_iter().map(|service| LedgerFinding::NoShutdownReport { service });
    // An export that failed may have arrived: counters of losses count only where something is lost.
    let losses = ledger.losses.into_iter().filter(|_| ledger.lost > 0).map(LedgerFinding::Lost);
    evidence.losses = losses.chain(silent).collect();
    evidence
}
