//! `lab test`: the workspace's cargo tests, then every scenario, then every planted fault.

use std::time::Duration;
use verify::Verdict;

use anyhow::Context;
use tokio::process::Command;

use super::planted;
use super::play::{self, Settings, interruptible};
use super::setup::tools_for;
use crate::cli::Test;
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use crate::report::console::Colour;
use runner::native::{OWN_PROGRAM, RUN_ID, Supervisor};
use runner::programs::Tools;
use scenario::{self, Case, Scenario};
use verify::SignificanceLevel;

/// What passed and what did not.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failed: Vec<String>,
}

impl Tally {
    fn note(&mut self, name: String, passed: bool) {
        if passed { self.passed += 1 } else { self.failed.push(name) }
    }
}

/// Tests everything, one thing after the other, and ends with counts.
///
/// # Errors
/// When the environment is not ready, or it is interrupted.
pub async fn test(lab: &Lab, arguments: &Test) -> Result<Exit, Failure> {
    let scenarios = chosen(lab, arguments)?;
    let plays: Vec<Case> = scenarios.iter().flat_map(Scenario::cases).collect();
    let tools = tools_for(lab, &plays).await?;
    let family = format!("test-{}", std::process::id());
    let supervisor = Supervisor::start(OWN_PROGRAM.as_ref(), &family).context("starting the supervisor")?;
    let mut tally = Tally::default();
    if !arguments.no_cargo {
        tally.note("cargo test --workspace".to_owned(), interruptible(cargo_test(lab, &tools, &family)).await??);
    }
    for play in &plays {
        tally.note(play.command(), proved(lab, play, &tools).await?);
    }
    for play in scenarios.iter().flat_map(Scenario::planted_faults) {
        tally.note(play.command(), interruptible(planted::is_detected(lab, &play, &family)).await??);
    }
    supervisor.finish().await.context("the supervisor")?;
    for name in &tally.failed {
        lab.console.line(&lab.console.painted(Colour::Red, &format!(" ✘ {name}")));
    }
    lab.console.line(&format!("{} passed, {} failed", tally.passed, tally.failed.len()));
    Ok(if tally.failed.is_empty() { Exit::Proved } else { Exit::Refuted })
}

fn chosen(lab: &Lab, arguments: &Test) -> Result<Vec<Scenario>, Failure> {
    if arguments.scenarios.is_empty() {
        return Ok(scenario::all(&lab.root, &lab.topology)?);
    }
    arguments.scenarios.iter().map(|name| lab.scenario(name)).collect()
}

/// The tools are told to the tests, which start none of the scenarios but do use Redis and the collectors.
async fn cargo_test(lab: &Lab, tools: &Tools, family: &str) -> Result<bool, Failure> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command
        .args(["test", "--workspace", "--quiet"])
        .current_dir(&lab.root)
        .env("PATH", tools.search_path())
        .env(RUN_ID, family)
        .kill_on_drop(true);
    let status = command.status().await.context("cargo test")?;
    Ok(status.success())
}

async fn proved(lab: &Lab, play: &Case, tools: &Tools) -> Result<bool, Failure> {
    lab.console.line(&lab.console.painted(Colour::Dim, &format!("{}: {}", play.command(), play.title)));
    let settings = Settings {
        tools,
        seed: 1,
        deadline: Duration::from_secs(60),
        save: None,
        repeat: 1,
        level: SignificanceLevel::EACH,
    };
    Ok(play::run(lab, play, &settings).await?.verdict == Verdict::Proved)
}
