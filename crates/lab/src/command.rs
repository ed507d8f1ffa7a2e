//! The commands, one file each.

mod aftermath;
pub mod again;
pub mod check;
pub mod clean;
pub mod exec;
pub mod explain;
pub mod list;
mod planted;
pub mod play;
pub mod rehearse;
pub mod run;
pub mod setup;
pub mod test;
pub mod trace;
pub mod up;

use anyhow::Context;

use crate::cli::{Cli, Command};
use crate::exit::{Exit, Failure};
use crate::lab::Lab;

/// Does what the command line says.
///
/// # Errors
/// What went wrong, with its exit code.
pub fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    if let Command::Supervise { run_id } = &cli.command {
        return Ok(if runner::native::supervise(run_id) { Exit::Proved } else { Exit::Failed });
    }
    let lab = Lab::open(&cli.options, |name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Runtime::new().context("the runtime")?;
    runtime.block_on(async {
        match cli.command {
            Command::Run(arguments) => run::run(&lab, &arguments).await,
            Command::Up(arguments) => up::up(&lab, &arguments).await,
            Command::Check(arguments) => check::check(&lab, &arguments).await,
            Command::Test(arguments) => test::test(&lab, &arguments).await,
            Command::Rehearse(arguments) => rehearse::rehearse(&lab, &arguments).await,
            Command::Setup => setup::setup(&lab).await,
            Command::List => list::list(&lab),
            Command::Trace(arguments) => trace::trace(&lab, &arguments).await,
            Command::Explain(arguments) => explain::explain(&lab, &arguments).await,
            Command::Exec(arguments) => exec::exec(&lab, &arguments).await,
            Command::Clean(arguments) => clean::clean(&lab, &arguments),
            Command::Supervise { .. } => Ok(Exit::Proved),
        }
    })
}
