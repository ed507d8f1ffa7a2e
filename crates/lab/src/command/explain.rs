//! `lab explain`: what happened to one trace, and which part decided it.

use anyhow::{Context, Result};

use crate::exit::Exit;
use crate::explain::Answer;
use crate::lab::Lab;
use trace_assert::TraceId;
use verify::explain::{Evidence, live, past};

/// Explains a trace of the running parts, or else of the past run that contains it.
pub(super) async fn explain(lab: &Lab, id: TraceId) -> Result<Exit> {
    let evidence = evidence(lab, id).await?;
    let answer = Answer::new(&evidence);
    if lab.console.json {
        lab.console.document(&serde_json::to_string_pretty(&answer).context("cannot write JSON")?);
    } else {
        let place = if evidence.is_known() { format!(" in {}", evidence.place) } else { String::new() };
        lab.console.line(&format!("trace {}{place}", answer.trace_id));
        answer.lines().iter().for_each(|line| lab.console.line(line));
    }
    Ok(if evidence.is_known() { Exit::Proved } else { Exit::NotReady })
}

/// The evidence of the running parts, or else of a past run.
async fn evidence(lab: &Lab, id: TraceId) -> Result<Evidence> {
    let running = live::gather(&lab.topology, id).await?;
    if let Some(running) = running.as_ref().filter(|running| running.is_known()) {
        return Ok(running.clone());
    }
    if let Some(past) = past::gather(&lab.runs(), id, |folder| lab.readable(folder))? {
        return Ok(past);
    }
    let (folder, offset) = (lab.readable(&lab.runs()), lab.topology.offset());
    let past = match past::count(&lab.runs()) {
        1 => format!("the past run in {folder}"),
        runs => format!("the {runs} past runs in {folder}"),
    };
    let unknown = match &running {
        Some(_) => format!("unknown to the running lab and to {past}"),
        None => format!("no lab is running (no response with port offset {offset}), and the trace is not in {past}"),
    };
    // Without a running lab, no store was queried.
    let nowhere = Evidence { store_unreadable: true, id, place: folder, ..Evidence::default() };
    Ok(Evidence { not_found: Some(unknown), ..running.unwrap_or(nowhere) })
}
