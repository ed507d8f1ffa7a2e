//! `lab up`: a scenario's parts, running until Ctrl-C, with the links last.

use std::time::Duration;

use super::again;
use super::play::{self, Settings, interrupted, interruptible};
use super::setup::tools_for;
use crate::cli::{DEADLINE, Up};
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use verify::SignificanceLevel;

/// Starts the parts and waits; a part that ends unexpectedly ends the run.
///
/// # Errors
/// When the environment is not ready, or a part ended unexpectedly.
pub async fn up(lab: &Lab, arguments: &Up) -> Result<Exit, Failure> {
    let play = lab.play(&arguments.scenario, arguments.variant.as_deref())?;
    let tools = tools_for(lab, std::slice::from_ref(&play)).await?;
    let settings = Settings {
        tools: &tools,
        seed: arguments.seed,
        deadline: Duration::ZERO,
        save: None,
        repeat: 1,
        level: SignificanceLevel::EACH,
    };
    let mut stage = interruptible(play::up(lab, &play, &settings)).await??;
    show_links(lab, &play, &stage.dir);
    let ended = tokio::select! {
        () = interrupted() => None,
        ended = stage.native.any_ended() => Some(ended),
    };
    play::down(stage).await?;
    match ended {
        None => {
            lab.console.line(" stopped");
            Ok(Exit::Proved)
        }
        Some((part, status)) => {
            let error = anyhow::anyhow!("{part} ended unexpectedly ({status}), so everything was stopped");
            Err(Failure::new(Exit::NotReady, error))
        }
    }
}

fn show_links(lab: &Lab, play: &scenario::Case, dir: &std::path::Path) {
    let places = [
        ("items", "http", "/data"),
        ("jaeger", "query", "/api/v3/services"),
        ("prometheus", "web", "/"),
        ("gateway", "zpages", "/debug/pipelinez"),
    ];
    for (part, port, path) in places.into_iter().filter(|(part, ..)| play.has(part)) {
        if let Ok(url) = lab.topology.url(part, port, path) {
            lab.console.line(&format!(" {part:<11} {url}"));
        }
    }
    lab.console.line(&format!(" logs        {}", lab.readable(dir)));
    lab.console.line(&format!(" prove it    {}", again::check(lab, play, DEADLINE, None)));
    lab.console.line(" Ctrl-C stops everything");
}
