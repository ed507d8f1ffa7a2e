//! `lab setup`: tools and services found or made, with a word about what is going to happen.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;

use super::play::interruptible;
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use crate::report::console::Colour;
use runner::native::{OWN_PROGRAM, Supervisor};
use runner::programs::Tools;
use runner::setup::{Cache, Progress, SetupContext, ensure, locate_cache};
use scenario::topology::Role;
use scenario::{self, Case};

/// What takes less is not worth a line.
const AT_ONCE: Duration = Duration::from_secs(3);

/// Sets up everything that any scenario needs, and says where it is.
///
/// # Errors
/// When something is missing and cannot be made.
pub async fn setup(lab: &Lab) -> Result<Exit, Failure> {
    let plays: Vec<Case> =
        scenario::all(&lab.root, &lab.topology)?.into_iter().map(|scenario| scenario.plain).collect();
    let tools = tools_for(lab, &plays).await?;
    for (name, program) in tools.programs() {
        lab.console.line(&format!(" {name:<24} {}", program.display()));
    }
    Ok(Exit::Proved)
}

/// The tools and services that these cases need. What is missing is built.
///
/// # Errors
/// When something is missing and cannot be made.
pub async fn tools_for(lab: &Lab, plays: &[Case]) -> Result<Tools, Failure> {
    let mut parts = BTreeMap::new();
    for part in plays.iter().flat_map(|play| &play.parts) {
        let role = lab.topology.part(part).map_err(|error| Failure::new(Exit::Usage, error))?.role;
        parts.insert(part.clone(), role);
    }
    interruptible(make(lab, &parts)).await?
}

async fn make(lab: &Lab, parts: &BTreeMap<String, Role>) -> Result<Tools, Failure> {
    let program = std::env::current_exe().context("the path of lab itself")?;
    let run_id = format!("setup-{}", std::process::id());
    let supervisor = Supervisor::start(OWN_PROGRAM.as_ref(), &run_id).context("starting the supervisor")?;
    let environment: BTreeMap<String, String> = std::env::vars().collect();
    let setup = SetupContext {
        cache: cache()?,
        root: &lab.root,
        lab: &program,
        run_id: &run_id,
        environment: &environment,
        progress: &|progress| say(lab, &progress),
    };
    let made = ensure(&setup, parts).await;
    supervisor.finish().await.context("the supervisor")?;
    made.map_err(|error| Failure::new(Exit::NotReady, error))
}

/// The cache of built tools.
///
/// # Errors
/// When the environment does not say where it could be.
pub fn cache() -> Result<Cache, Failure> {
    let folder = locate_cache(|name| std::env::var(name).ok());
    Ok(Cache { dir: folder.context("no place for the cache: set LAB_CACHE, XDG_CACHE_HOME or HOME")? })
}

fn say(lab: &Lab, progress: &Progress) {
    match progress {
        Progress::Plan(plan) => {
            lab.console.line(" to be set up first:");
            for planned in plan {
                lab.console.line(&format!("   {:<24} {}, about {}", planned.name, planned.what, planned.about));
            }
        }
        Progress::Waiting(who) => lab.console.line(&format!(" waiting for {who}, which is setting up")),
        Progress::Step { name, text, elapsed } => {
            let line = format!("   {name} {}s  {text}", elapsed.as_secs());
            lab.console.line(&lab.console.painted(Colour::Dim, &line));
        }
        // What took no time was there already.
        Progress::Done { took, .. } if *took < AT_ONCE => {}
        Progress::Done { name, took } => {
            let line = format!(" {} {name} {:.1}s", lab.console.painted(Colour::Green, "✔"), took.as_secs_f64());
            lab.console.line(&line);
        }
        Progress::Note(note) => lab.console.line(&lab.console.painted(Colour::Yellow, &format!(" {note}"))),
    }
}
