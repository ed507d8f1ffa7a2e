//! `lab trace`: one trace, of the running Jaeger or of the latest saved runs.

use std::fs;
use std::time::Duration;

use anyhow::Context;
use trace_assert::{Expectation, Link, Span, Trace, TraceId, otlp, render};

use crate::cli;
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use ledger::store::Store;

/// How many columns the picture may take.
const PICTURE: usize = 110;

/// Shows the trace as a picture, as an expectation, or as OTLP JSON.
///
/// # Errors
/// When the id is no trace id, or the trace is unknown.
pub async fn trace(lab: &Lab, arguments: &cli::Trace) -> Result<Exit, Failure> {
    let id: TraceId = arguments.id.parse().map_err(|error| {
        Failure::new(
            Exit::Usage,
            anyhow::anyhow!("`{}` is not a trace id (32 hexadecimal digits): {error}", arguments.id),
        )
    })?;
    let stored = stored(lab, id).await;
    let trace = match &stored {
        Ok(Some(trace)) => Some(trace.clone()),
        _ => saved(lab, id)?,
    };
    let Some(trace) = trace else {
        let jaeger = stored.err().map_or_else(|| "Jaeger does not have it".to_owned(), |error| format!("{error:#}"));
        let error = anyhow::anyhow!("no trace {id}: {jaeger}, and no run in {} saved it", lab.readable(&lab.runs()));
        return Err(Failure::new(Exit::NotReady, error));
    };
    if lab.console.is_for_machines() {
        lab.console.document(&otlp::write(&trace.spans));
    } else if arguments.tree {
        lab.console.write(&tree(&trace));
    } else {
        lab.console.write(&render::waterfall(&trace, PICTURE));
    }
    Ok(Exit::Proved)
}

/// The trace as an expectation; links that lead out of it, which only a label of another tree could express, as comments.
fn tree(trace: &Trace) -> String {
    let leads_out = |span: &Span, link: &Link| {
        let (title, other, parent) = (span.title(), link.trace_id, link.span_id);
        (other != trace.id).then(|| format!("# {title} links to span {parent} of trace {other}\n"))
    };
    let links = trace.spans.iter().flat_map(|span| span.links.iter().filter_map(move |link| leads_out(span, link)));
    std::iter::once(Expectation::from(trace).to_string()).chain(links).collect()
}

async fn stored(lab: &Lab, id: TraceId) -> anyhow::Result<Option<Trace>> {
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
    Ok(Store::new(client, lab.topology.url("jaeger", "query", "")?).trace(id).await?)
}

/// The trace in the newest run that saved it.
fn saved(lab: &Lab, id: TraceId) -> Result<Option<Trace>, Failure> {
    let Ok(entries) = fs::read_dir(lab.runs()) else {
        return Ok(None);
    };
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path().join("traces.jsonl"))).collect();
    files.retain(|file| file.is_file());
    files.sort_by_key(|file| std::cmp::Reverse(file.metadata().and_then(|data| data.modified()).ok()));
    let wanted = id.to_string();
    for file in files {
        let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        if text.contains(&wanted) {
            let spans = otlp::parse(&text).with_context(|| format!("reading {}", file.display()))?;
            return Ok(Trace::group(spans).into_iter().find(|trace| trace.id == id));
        }
    }
    Ok(None)
}
