//! `lab test`: the workspace's cargo tests, then every scenario, then every planted fault.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use regex::Regex;
use tokio::process::Command;

use super::play::{self, Settings, interruptible};
use super::setup::tools_for;
use crate::cli::Test;
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use crate::report::console::Colour;
use crate::scenario::{self, Play, Scenario};
use crate::setup::Tools;

/// What passed and what did not.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failed: Vec<String>,
}

impl Tally {
    fn note(&mut self, name: String, passed: bool) {
        if passed {
            self.passed += 1
        } else {
            self.failed.push(name)
        }
    }
}

/// Tests everything, one thing after the other, and ends with counts.
///
/// # Errors
/// When the environment is not ready, or it is interrupted.
pub async fn test(lab: &Lab, arguments: &Test) -> Result<Exit, Failure> {
    let scenarios = chosen(lab, arguments)?;
    let plays: Vec<Play> = scenarios.iter().flat_map(Scenario::plays).collect();
    let tools = tools_for(lab, &plays).await?;
    let mut tally = Tally::default();
    if !arguments.no_cargo {
        tally.note(
            "cargo test --workspace".to_owned(),
            interruptible(cargo_test(lab, &tools)).await??,
        );
    }
    for play in &plays {
        tally.note(play.command(), proved(lab, play, &tools).await?);
    }
    for play in scenarios.iter().flat_map(Scenario::faulty) {
        tally.note(play.command(), interruptible(found_out(lab, &play)).await??);
    }
    for name in &tally.failed {
        lab.console
            .line(&lab.console.painted(Colour::Red, &format!(" ✘ {name}")));
    }
    lab.console
        .line(&format!("{} passed, {} failed", tally.passed, tally.failed.len()));
    Ok(if tally.failed.is_empty() {
        Exit::Proved
    } else {
        Exit::Refuted
    })
}

fn chosen(lab: &Lab, arguments: &Test) -> Result<Vec<Scenario>, Failure> {
    if arguments.scenarios.is_empty() {
        return Ok(scenario::all(&lab.root, &lab.topology)?);
    }
    arguments.scenarios.iter().map(|name| lab.scenario(name)).collect()
}

/// The tools are told to the tests, which start none of the scenarios but do use Redis and the collectors.
async fn cargo_test(lab: &Lab, tools: &Tools) -> Result<bool, Failure> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command
        .args(["test", "--workspace", "--quiet"])
        .current_dir(&lab.root)
        .envs(tools.announced())
        .kill_on_drop(true);
    let status = command.status().await.context("cargo test")?;
    Ok(status.success())
}

async fn proved(lab: &Lab, play: &Play, tools: &Tools) -> Result<bool, Failure> {
    lab.console.line(
        &lab.console
            .painted(Colour::Dim, &format!("{}: {}", play.command(), play.title)),
    );
    let settings = Settings {
        tools,
        seed: 1,
        deadline: Duration::from_secs(60),
        save: None,
    };
    Ok(play::run(lab, play, &settings).await?.exit == 0)
}

/// Runs a planted fault as a user would, and compares the exit code and what it says.
async fn found_out(lab: &Lab, play: &Play) -> Result<bool, Failure> {
    let (Some(fails), Some(variant)) = (&play.fails, &play.variant) else {
        return Ok(false);
    };
    let mut command = Command::new(std::env::current_exe().context("the path of lab itself")?);
    command
        .args(["run", &play.scenario, "--variant", variant, "--verbose", "--root"])
        .arg(&lab.root);
    command
        .args(["--port-offset", &lab.topology.offset().to_string()])
        .env("NO_COLOR", "1");
    let output = command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .context("lab run")?;
    let text = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    let mut complaints = Vec::new();
    if output.status.code() != Some(fails.exit.into()) {
        complaints.push(format!(
            "ended with {}, expected exit code {}",
            output.status, fails.exit
        ));
    }
    for says in &fails.says {
        let regex = Regex::new(says).with_context(|| format!("{}: `says`: {says}", play.command()))?;
        if !regex.is_match(&text) {
            complaints.push(format!("does not say `{says}`"));
        }
    }
    let mark = if complaints.is_empty() {
        lab.console.painted(Colour::Green, "✔")
    } else {
        lab.console.painted(Colour::Red, "✘")
    };
    lab.console
        .line(&format!(" {mark} {} is found out: {}", play.command(), play.title));
    if !complaints.is_empty() {
        lab.console.line(&format!("     {}\n{text}", complaints.join("; ")));
    }
    Ok(complaints.is_empty())
}
