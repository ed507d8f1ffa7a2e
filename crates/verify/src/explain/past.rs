//! Evidence from the folder of a past run: its report, which has the ledger, and the traces that it saved.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use trace_assert::{Trace, TraceId, otlp};

use crate::explain::evidence::Evidence;
use crate::report::{Report, SCHEMA};
use ledger::LedgerFinding;

/// The file of a run's traces.
const TRACES: &str = "traces.jsonl";

/// What the newest run with this trace has recorded; `None` if no run has it.
///
/// # Errors
/// When a run's files cannot be read.
pub fn gather(runs: &Path, id: TraceId, readable: impl Fn(&Path) -> String) -> Result<Option<Evidence>> {
    for folder in newest_first(runs, "report.json") {
        let file = folder.join("report.json");
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let stored = stored(&folder.join(TRACES), id)?;
        if stored.is_none() && !mentions(&text, id) {
            continue;
        }
        // A report of another version of `lab` may have another form.
        let Ok(report @ Report { schema: SCHEMA, .. }) = serde_json::from_str(&text) else { continue };
        return Ok(Some(evidence(report, stored, id, readable(&folder))));
    }
    Ok(None)
}

/// The trace as the newest run that has it saved it.
///
/// # Errors
/// When a run's traces cannot be read.
pub fn trace(runs: &Path, id: TraceId) -> Result<Option<Trace>> {
    let mut saved = newest_first(runs, TRACES).into_iter().map(|folder| stored(&folder.join(TRACES), id));
    saved.find_map(Result::transpose).transpose()
}

/// The number of past runs that have a report.
#[must_use]
pub fn count(runs: &Path) -> usize {
    newest_first(runs, "report.json").len()
}

/// The folders of runs that have a file of this name.
fn newest_first(runs: &Path, file: &str) -> Vec<PathBuf> {
    let written = |folder: &PathBuf| folder.join(file).metadata().and_then(|data| data.modified()).ok();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_another_version_of_lab_is_skipped() {
        let (runs, id) = (tempfile::tempdir().unwrap(), TraceId([7; 16]));
        for (name, report) in
            [("one", format!("{{\"schema\":0,\"trace\":\"{id}\"}}")), ("two", format!("not JSON {id}"))]
        {
            std::fs::create_dir(runs.path().join(name)).unwrap();
            std::fs::write(runs.path().join(name).join("report.json"), report).unwrap();
        }
        assert!(gather(runs.path(), id, |_| String::new()).unwrap().is_none());
    }

    #[test]
    fn a_trace_is_found_without_a_report() {
        let (runs, id) = (tempfile::tempdir().unwrap(), TraceId([7; 16]));
        std::fs::create_dir(runs.path().join("one")).unwrap();
        let span = trace_assert::Span {
            trace_id: id,
            span_id: trace_assert::SpanId([1; 8]),
            name: "GET".to_owned(),
            ..trace_assert::Span::default()
        };
        std::fs::write(runs.path().join("one/traces.jsonl"), format!("{}\n", otlp::write(&[span]))).unwrap();
        assert_eq!(trace(runs.path(), id).unwrap().map(|trace| trace.id), Some(id));
        assert!(trace(runs.path(), TraceId([8; 16])).unwrap().is_none());
    }
}
