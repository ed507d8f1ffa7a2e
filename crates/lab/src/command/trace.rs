//! `lab trace`: one trace, from the running Jaeger or from a past run.

use std::time::Duration;

use anyhow::Result;
use trace_assert::{Expectation, Link, Span, Trace, TraceId, otlp, render};

use crate::cli;
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use ledger::store::Store;
use verify::explain::past;

/// How long Jaeger may take to respond.
const RESPONSE_WITHIN: Duration = Duration::from_secs(10);

/// Prints a trace as a picture, as an expected tree, or as OTLP JSON.
pub(super) async fn trace(lab: &Lab, arguments: &cli::Trace) -> Result<Exit> {
    let id = arguments.id;
    let (found, jaeger) = match stored(lab, id).await {
        Ok(Some(trace)) => (Some(trace), String::new()),
        other => {
            let past = past::trace(&lab.runs(), id)?;
            let jaeger = other.err().map_or_else(|| "it is not in Jaeger".to_owned(), |error| format!("{error:#}"));
            (past, jaeger)
        }
    };
    let trace = found.ok_or_else(|| {
        let runs = lab.readable(&lab.runs());
        Failure::new(Exit::NotReady, format!("cannot find trace {id}: {jaeger}, and no run in {runs} contains it"))
    })?;
    if lab.console.json {
        lab.console.document(&otlp::write(&trace.spans));
    } else if arguments.tree {
        lab.console.write(&tree(&trace));
    } else {
        lab.console.write(&render::waterfall(&trace, lab.console.width()));
    }
    Ok(Exit::Proved)
}

/// The trace as an expected tree. Links to other traces become comments, because only a label of another tree can express them.
fn tree(trace: &Trace) -> String {
    let leads_out = |span: &Span, link: &Link| {
        let (title, other, parent) = (span.title(), link.trace_id, link.span_id);
        (other != trace.id).then(|| format!("# {title} links to span {parent} of trace {other}\n"))
    };
    let links = trace.spans.iter().flat_map(|span| span.links.iter().filter_map(move |link| leads_out(span, link)));
    std::iter::once(Expectation::from(trace).to_string()).chain(links).collect()
}

async fn stored(lab: &Lab, id: TraceId) -> Result<Option<Trace>> {
    let client = reqwest::Client::builder().no_proxy().timeout(RESPONSE_WITHIN).build()?;
    Ok(Store::new(client, lab.topology.url("jaeger", "query", "")?).trace(id).await?)
}
