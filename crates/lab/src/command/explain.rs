//! `lab explain`: what became of one trace, and who decided it.

use anyhow::Context;
use trace_assert::TraceId;

use crate::cli;
use crate::exit::{Exit, Failure};
use verify::explain::{Evidence, live, past};

use crate::explain::Answer;
use crate::lab::Lab;

/// Explains a trace of the running lab, or else of the newest past run that knows it.
///
/// # Errors
/// When the id is no trace id, or the trace is unknown.
pub async fn explain(lab: &Lab, arguments: &cli::Explain) -> Result<Exit, Failure> {
    let id: TraceId = arguments.id.parse().map_err(|error| {
        let error = anyhow::anyhow!("`{}` is not a trace id (32 hexadecimal digits): {error}", arguments.id);
        Failure::new(Exit::Usage, error)
    })?;
    let evidence = evidence(lab, id).await?;
    let answer = Answer::to(&evidence);
    if lab.console.is_for_machines() {
        lab.console.document(&serde_json::to_string_pretty(&answer).context("writing JSON")?);
    } else {
        lab.console.write(&readable(&answer, &evidence));
    }
    Ok(if evidence.is_known() { Exit::Proved } else { Exit::NotReady })
}

/// The evidence of a running lab, or else of a past run.
async fn evidence(lab: &Lab, id: TraceId) -> Result<Evidence, Failure> {
    let running = live::gather(&lab.topology, id).await?;
    // The record of a past run is complete, and names the step. A running lab has the spans that are still in flight.
    if let Some(running) = running.as_ref().filter(|running| running.is_known()) {
        return Ok(running.clone());
    }
    if let Some(past) = past::gather(&lab.runs(), id, |folder| lab.readable(folder))? {
        return Ok(past);
    }
    let (folder, runs) = (lab.readable(&lab.runs()), past::count(&lab.runs()));
    let nobody = match &running {
        Some(_) => format!("neither the running lab nor any of the {runs} past runs in {folder} knows it"),
        None => {
            let offset = lab.topology.offset();
            format!(
                "no lab is running (port offset {offset}: no part answers), and none of the {runs} past runs in {folder} knows it"
            )
        }
    };
    // Without a running lab, no store was queried.
    let nowhere = Evidence { unasked: true, ..Evidence::new(id, folder) };
    Ok(Evidence { nobody: Some(nobody), ..running.unwrap_or(nowhere) })
}

fn readable(answer: &Answer, evidence: &Evidence) -> String {
    let by = if evidence.is_known() { format!(", as {} knows it", evidence.place) } else { String::new() };
    let mut text = format!("trace {}{by}\n {}\n", answer.trace_id, answer.sentence);
    for fact in &answer.facts {
        text.push_str(&format!("   {:<9} {}\n             [{}]\n", fact.of, fact.says, fact.source));
    }
    for inferred in &answer.inferred {
        text.push_str(&format!("   inferred  {inferred}\n"));
    }
    text
}
