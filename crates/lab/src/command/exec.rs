//! `lab exec`: a tool such as `redis-cli` or `curl`, run against a part that is up.
//!
//! # Layout
//! - `client`: what is written into the tool's arguments
//! - `listening`: whether the part is up
//! - `child`: the tool as a child process that owns the terminal

mod child;
mod client;
mod listening;

use anyhow::Context;
use tokio::process::Command;

use super::again::{self, Given};
use super::setup::cache;
use crate::cli::{DEADLINE, Exec, SEED};
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use runner::setup::lookup;
use scenario;

/// Runs the tool; its exit code is the command's.
///
/// # Errors
/// When the part is unknown or not up, or the tool is missing.
pub async fn exec(lab: &Lab, arguments: &Exec) -> Result<Exit, Failure> {
    let part = arguments.part.as_str();
    lab.topology.part(part)?;
    let (name, given) = arguments.command.split_first().context("no tool was given")?;
    let given = client::arguments(&lab.topology, part, name, given)?;
    let path = std::env::var("PATH").unwrap_or_default();
    let program = lookup(name, &path, &cache()?, &lab.root).map_err(|error| Failure::new(Exit::NotReady, error))?;
    if !listening::is_up(&lab.topology, part).await {
        return Err(Failure::new(Exit::NotReady, not_up(lab, part)?));
    }
    let mut command = Command::new(&program);
    // The announced ports include the offset: a `lab` that the tool starts must not add it again.
    command.args(given).envs(lab.topology.environment()).env_remove("LAB_PORT_OFFSET");
    let code = child::run(command).await.with_context(|| format!("cannot run {}", program.display()));
    code.map(Exit::Tool).map_err(|error| Failure::new(Exit::NotReady, error))
}

/// What is wrong, and the command that starts the part.
fn not_up(lab: &Lab, part: &str) -> Result<anyhow::Error, Failure> {
    let scenarios = scenario::all(&lab.root, &lab.topology)?;
    let with_part = scenarios.iter().find(|scenario| scenario.plain.has(part));
    let given = Given { seed: SEED, deadline: DEADLINE, repeat: 1 };
    let start = with_part.map_or_else(
        || format!("no scenario has the part `{part}`"),
        |scenario| format!("start it first: {}", again::up(lab, &scenario.plain, given)),
    );
    let tried = listening::addresses(&lab.topology, part)?;
    Ok(anyhow::anyhow!("`{part}` is not up: nothing listens at {}\n{start}", tried.join(", ")))
}
