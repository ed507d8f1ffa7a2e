//! The commands, one file each; `case_run` runs one case, `again` prints a command to type.

mod again;
mod case_run;
mod check;
mod child;
mod clean;
mod exec;
mod explain;
mod failure_report;
mod list;
mod planted;
mod run;
mod setup;
mod test;
mod trace;
mod up;

use anyhow::{Context, Result};

use crate::cli::{Cli, Command};
use crate::exit::Exit;
use crate::lab::Lab;

/// Performs the command.
///
/// # Errors
/// When it cannot be performed; [`Exit`] has the exit code of each error.
pub fn dispatch(cli: Cli) -> Result<Exit> {
    // It needs no lab, and starts a runtime of its own.
    if let Command::Supervise { run_id } = &cli.command {
        return Ok(if runner::native::supervise(run_id) { Exit::Proved } else { Exit::Failed });
    }
    let lab = Lab::open(&cli.options, |name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the asynchronous runtime")?;
    runtime.block_on(async {
        match cli.command {
            Command::Run(arguments) => run::run(&lab, &arguments).await,
            Command::Up(arguments) => up::up(&lab, &arguments).await,
            Command::Check(arguments) => check::check(&lab, &arguments).await,
            Command::Test(arguments) => test::test(&lab, &arguments).await,
            Command::Setup => setup::setup(&lab).await,
            Command::List => list::list(&lab),
            Command::Trace(arguments) => trace::trace(&lab, &arguments).await,
            Command::Explain { id } => explain::explain(&lab, id).await,
            Command::Exec(arguments) => exec::exec(&lab, &arguments).await,
            Command::Clean { cache } => clean::clean(&lab, cache),
            Command::Supervise { .. } => unreachable!("performed above"),
        }
    })
}
