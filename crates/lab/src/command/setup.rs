//! `lab setup`: finds the programs that the scenarios need, and builds or unpacks what is missing.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::console::{DIM, GREEN, YELLOW, styled};
use crate::exit::Exit;
use crate::interrupt::interruptible;
use crate::lab::Lab;
use crate::running_parts::{finish, supervisor};
use runner::programs::Tools;
use runner::setup::{Cache, Planned, Progress, SetupContext, ensure, locate_cache};
use scenario::Case;
use scenario::topology::Role;

/// Work that took less than this was already done: it is not printed.
const AT_ONCE: Duration = Duration::from_secs(3);

/// Sets up everything that any scenario needs, and prints where it is.
pub(super) async fn setup(lab: &Lab) -> Result<Exit> {
    let cases: Vec<Case> =
        scenario::all(&lab.root, &lab.topology)?.into_iter().map(|scenario| scenario.plain).collect();
    let tools = tools_for(lab, &cases).await?;
    for (name, program) in tools.programs() {
        lab.console.line(&format!(" {name:<24} {}", program.display()));
    }
    Ok(Exit::Proved)
}

/// The tools and services that these cases need. Missing ones are built.
pub(super) async fn tools_for(lab: &Lab, cases: &[Case]) -> Result<Tools> {
    let mut parts = BTreeMap::new();
    for part in cases.iter().flat_map(|case| &case.parts) {
        parts.insert(part.clone(), lab.topology.part(part)?.role);
    }
    interruptible(build(lab, &parts)).await?
}

async fn build(lab: &Lab, parts: &BTreeMap<String, Role>) -> Result<Tools> {
    let program = std::env::current_exe().context("cannot find the path of the program lab")?;
    let run_id = format!("setup-{}", std::process::id());
    let supervisor = supervisor(&run_id)?;
    let environment: BTreeMap<String, String> = std::env::vars().collect();
    let setup = SetupContext {
        cache: cache()?,
        root: &lab.root,
        lab: &program,
        run_id: &run_id,
        environment: &environment,
        progress: &|progress| line(&progress).iter().for_each(|line| lab.console.line(line)),
    };
    let tools = ensure(&setup, parts).await;
    finish(supervisor).await?;
    Ok(tools?)
}

/// The cache of built tools.
pub(super) fn cache() -> Result<Cache> {
    let folder = locate_cache(|name| std::env::var(name).ok());
    Ok(Cache { dir: folder.context("cannot locate the cache: set LAB_CACHE, XDG_CACHE_HOME or HOME")? })
}

/// The text of one event; nothing for work that was already done.
fn line(progress: &Progress) -> Option<String> {
    Some(match progress {
        Progress::Plan(plan) => {
            let line =
                |planned: &Planned| format!("\n   {:<24} {}, about {}", planned.name, planned.what, planned.about);
            format!(" missing programs, set up first:{}", plan.iter().map(line).collect::<String>())
        }
        Progress::Waiting(holder) => format!(" waiting for another lab (pid {holder}), which is setting up the tools"),
        Progress::Step { name, text, elapsed } => styled(DIM, &format!("   {name} {}s  {text}", elapsed.as_secs())),
        Progress::Done { took, .. } if *took < AT_ONCE => return None,
        Progress::Done { name, took } => format!(" {} {name} {:.1}s", styled(GREEN, "✔"), took.as_secs_f64()),
        Progress::Note(note) => styled(YELLOW, &format!(" {note}")),
    })
}
