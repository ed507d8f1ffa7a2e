//! `lab up`: the parts of a scenario, running until Ctrl-C.

use anyhow::Result;

use super::again;
use super::setup::tools_for;
use crate::cli::{DEADLINE, Up};
use crate::exit::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::lab::Lab;
use crate::running_parts::RunningParts;
use scenario::Case;

/// Starts the parts and waits. If a part exits, all others are stopped.
pub(super) async fn up(lab: &Lab, arguments: &Up) -> Result<Exit> {
    let case = lab.case(&arguments.scenario, arguments.variant.as_deref())?;
    let tools = tools_for(lab, std::slice::from_ref(&case)).await?;
    let mut parts = RunningParts::start(lab, &case, &tools, arguments.seed).await?;
    print_addresses(lab, &case, &parts);
    let exited = tokio::select! {
        () = interrupted() => None,
        exited = parts.native.any_ended() => Some(exited),
    };
    parts.stop().await?;
    if let Some((part, status)) = exited {
        let message = format!("part `{part}` exited unexpectedly ({status}); all other parts were stopped");
        return Err(Failure::new(Exit::NotReady, message).into());
    }
    lab.console.line(" stopped");
    Ok(Exit::Proved)
}

fn print_addresses(lab: &Lab, case: &Case, parts: &RunningParts) {
    let pages = [
        ("items", "http", "/data"),
        ("jaeger", "query", "/api/v3/services"),
        ("prometheus", "web", "/"),
        ("gateway", "zpages", "/debug/pipelinez"),
    ];
    for (part, url) in lab.urls(case, &pages) {
        lab.console.line(&format!(" {part:<11} {url}"));
    }
    lab.console.line(&format!(" logs        {}", lab.readable(&parts.folder)));
    lab.console.line(&format!(" prove it    {}", again::check(lab, case, DEADLINE, None)));
    lab.console.line(" Ctrl-C stops everything");
}
