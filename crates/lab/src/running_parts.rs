//! The parts of a case, while they run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::console::{GREEN, styled};
use crate::interrupt::{interrupted, interruptible};
use crate::lab::Lab;
use runner::native::{Native, OWN_PROGRAM, Plan, Supervisor};
use runner::programs::{RunContext, Tools};
use scenario::Case;

/// The parts of a case, and the supervisor that stops them if `lab` is killed.
#[derive(Debug)]
pub struct RunningParts {
    /// The parts.
    pub native: Native,
    supervisor: Supervisor,
    /// The folder of this run.
    pub folder: PathBuf,
}

impl RunningParts {
    /// Starts every part of a case. An interruption stops those that run.
    ///
    /// # Errors
    /// When a port is in use, a part does not become ready, or the command is interrupted.
    pub async fn start(lab: &Lab, case: &Case, tools: &Tools, seed: u64) -> Result<Self> {
        let run_id = run_id(case);
        let folder = lab.runs().join(&run_id);
        fs::create_dir_all(&folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
        let start = async {
            let supervisor = supervisor(&run_id)?;
            anyhow::Ok((native(lab, case, tools, seed, &run_id, &folder).await?, supervisor))
        };
        let (native, supervisor) = interruptible(start).await??;
        Ok(Self { native, supervisor, folder })
    }

    /// Stops every part in order. An interruption kills those that still run.
    ///
    /// # Errors
    /// When the supervisor fails.
    pub async fn stop(mut self) -> Result<PathBuf> {
        tokio::select! {
            _ = self.native.down() => {}
            () = interrupted() => {}
        }
        drop(self.native);
        finish(self.supervisor).await?;
        Ok(self.folder)
    }
}

/// Starts a supervisor, which stops the processes of a run if `lab` is killed.
///
/// # Errors
/// When it does not start.
pub fn supervisor(run_id: &str) -> Result<Supervisor> {
    Supervisor::start(OWN_PROGRAM.as_ref(), run_id).context("cannot start the supervisor")
}

/// Ends a supervisor.
///
/// # Errors
/// When it fails.
pub async fn finish(supervisor: Supervisor) -> Result<()> {
    supervisor.finish().await.context("the supervisor failed")
}

async fn native(lab: &Lab, case: &Case, tools: &Tools, seed: u64, run_id: &str, dir: &Path) -> Result<Native> {
    let run = RunContext {
        run_id,
        dir,
        root: &lab.root,
        topology: &lab.topology,
        parts: &case.parts,
        layers: &case.layers,
        files: &case.files,
        environment: &case.part_environments(&lab.topology, seed)?,
    };
    let plan = Plan::new(&run, tools).context("cannot plan the run")?;
    let native = Native::up(plan, |part, took| {
        lab.console.write(&format!(" {part} {} {:.1}s ", styled(GREEN, "✔"), took.as_secs_f64()));
    });
    let native = native.await;
    lab.console.line("");
    Ok(native?)
}

fn run_id(case: &Case) -> String {
    let now = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S%.3f");
    format!("{}-{now}-{}", case.name(), std::process::id())
}
