//! `lab explain`: what became of one trace, and who decided it.

use anyhow::Context;
use trace_assert::TraceId;

use crate::cli;
use crate::exit::{Exit, Failure};
use crate::explain::{Answer, Evidence, live, past};
use crate::lab::Lab;

/// Explains a trace of the running lab, or else of the newest past run that knows it.
///
/// # Errors
/// When the id is no trace id, or nobody knows the trace.
pub async fn explain(lab: &Lab, arguments: &cli::Explain) -> Result<Exit, Failure> {
    let id: TraceId = arguments.id.parse().map_err(|error| {
        let error = anyhow::anyhow!("`{}` is not a trace id (32 hexadecimal digits): {error}", arguments.id);
        Failure::new(Exit::Usage, error)
    })?;
    let running = live::gather(&lab.topology, id).await?;
    // A run's own books are closed, and know which step it was; a running lab knows what is under way.
    let evidence = match running.is_known() {
        true => running,
        false => past::gather(&lab.runs(), id, |folder| lab.readable(folder))?.unwrap_or(running),
    };
    let answer = Answer::to(&evidence);
    if lab.console.is_for_machines() {
        lab.console.document(&serde_json::to_string_pretty(&answer).context("writing JSON")?);
    } else {
        lab.console.write(&readable(&answer, &evidence));
    }
    Ok(if evidence.is_known() { Exit::Proved } else { Exit::NotReady })
}

fn readable(answer: &Answer, evidence: &Evidence) -> String {
    let mut text = format!("trace {}, as {} knows it\n {}\n", answer.trace_id, evidence.place, answer.sentence);
    for fact in &answer.facts {
        text.push_str(&format!("   {:<9} {}\n             [{}]\n", fact.of, fact.says, fact.source));
    }
    for inferred in &answer.inferred {
        text.push_str(&format!("   inferred  {inferred}\n"));
    }
    text
}
