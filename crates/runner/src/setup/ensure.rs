//! Setting up: what is there is taken, what is missing is made, independent parts side by side.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::try_join_all;
use scenario::topology::Role;
use tokio::time::timeout;

use super::dangling_links::dangling_links;
use super::error::SetupError;
use super::progress::{Planned, Progress};
use super::search::{is_program, on_path};
use super::setup_context::SetupContext;
use super::{debian, go_build, lookup, services};
use crate::programs::{DebianPackages, External, GoBuild, Origin, Source, Tools, externals, for_role};

/// Programs that were found or made.
type Found = Vec<(&'static External, PathBuf)>;

/// How long another `lab` may be setting up.
const WAIT_FOR_ANOTHER: Duration = Duration::from_secs(60 * 60);

/// How long a program that was found may take to answer whether it fits.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Finds or makes the programs of some parts, which are given with their roles. Giving the future up ends what it had started.
///
/// # Errors
/// When something is missing and cannot be made.
pub async fn ensure(setup: &SetupContext<'_>, parts: &BTreeMap<String, Role>) -> Result<Tools, SetupError> {
    let (needed, services) = needed(parts);
    let mut found = look(setup, &needed).await?;
    let missing = missing(&needed, &found);
    announce(setup, &missing, &services);
    let make = async { if missing.is_empty() { Ok(Vec::new()) } else { make(setup, &missing).await } };
    let (made, services) = tokio::try_join!(make, services::programs(setup, &services))?;
    found.extend(made);
    Ok(Tools::new(externals().filter_map(|external| taken(&mut found, external)).collect(), services))
}

/// What the parts run: programs that are not ours, each once and in their order, and services.
fn needed(parts: &BTreeMap<String, Role>) -> (Vec<&'static External>, Vec<String>) {
    let (mut needed, mut services) = (Vec::new(), Vec::new());
    for (part, role) in parts {
        match for_role(*role).source() {
            Source::External(external) => needed.push(external),
            Source::Workspace => services.push(part.clone()),
        }
    }
    (externals().filter(|external| needed.contains(external)).collect(), services)
}

fn taken(found: &mut Found, external: &External) -> Option<(&'static External, PathBuf)> {
    let position = found.iter().position(|(known, _)| *known == external)?;
    Some(found.swap_remove(position))
}

fn missing(needed: &[&'static External], found: &Found) -> Vec<&'static External> {
    needed.iter().copied().filter(|external| found.iter().all(|(known, _)| known != external)).collect()
}

/// What is on PATH or in the cache.
async fn look(setup: &SetupContext<'_>, needed: &[&'static External]) -> Result<Found, SetupError> {
    let mut found = Vec::new();
    for external in needed {
        let program = match fitting(setup, external).await {
            Some(program) => Some(program),
            None => cached(setup, external).await?,
        };
        found.extend(program.map(|program| (*external, program)));
    }
    Ok(found)
}

/// A program of the cache.
async fn cached(setup: &SetupContext<'_>, external: &External) -> Result<Option<PathBuf>, SetupError> {
    let folder = lookup::folder(&setup.cache, setup.root, external)?;
    let program = folder.join(external.name());
    let complete = is_program(&program) && external.clients.iter().all(|client| is_program(&folder.join(client)));
    let sound = complete
        && match external.origin {
            // An unpacked one is tried, because it uses libraries of the system, and those may have gone.
            Origin::Debian(_) => stands_alone(&folder) && succeeds(setup, &program, &["--version"]).await,
            Origin::Go(_) => true,
        };
    Ok(sound.then_some(program))
}

/// Whether no link of an unpacked package leads nowhere; `folder` holds its scripts.
fn stands_alone(folder: &Path) -> bool {
    folder.parent().is_some_and(|root| dangling_links(root).is_ok_and(|links| links.is_empty()))
}

/// A program on PATH that accepts the lab's configuration; others of the same name are older or have other components.
async fn fitting(setup: &SetupContext<'_>, external: &External) -> Option<PathBuf> {
    for program in external.names.iter().filter_map(|name| on_path(setup.path(), name)) {
        if accepts(setup, external, &program).await {
            return Some(program);
        }
        let note = format!("{} does not accept the lab's configuration: not used", program.display());
        (setup.progress)(Progress::Note(note));
    }
    None
}

async fn accepts(setup: &SetupContext<'_>, external: &External, program: &Path) -> bool {
    for file in external.accepts {
        let config = format!("--config=file:{}", setup.root.join(file).display());
        if !succeeds(setup, program, &["validate", &config]).await {
            return false;
        }
    }
    true
}

async fn succeeds(setup: &SetupContext<'_>, program: &Path, args: &[&str]) -> bool {
    let mut command = tokio::process::Command::new(program);
    command.args(args).env_clear().envs(setup.environment).kill_on_drop(true);
    timeout(ANSWER_WITHIN, command.output()).await.is_ok_and(|done| done.is_ok_and(|done| done.status.success()))
}

/// Says beforehand what is going to be done.
fn announce(setup: &SetupContext<'_>, missing: &[&'static External], services: &[String]) {
    let mut plan: Vec<Planned> = missing.iter().map(|external| planned(external)).collect();
    let beside = setup.lab.parent().unwrap_or(Path::new("/"));
    let built = |name: &String| is_program(&beside.join(name));
    if services::built_by_cargo(beside) && setup.variable("LAB_BIN_DIR").is_none() && !services.iter().all(built) {
        let (name, what) = ("services".to_owned(), format!("cargo build of {}", services.join(", ")));
        plan.push(Planned { name, what, about: "2 min on 2 cores".to_owned() });
    }
    if !plan.is_empty() {
        (setup.progress)(Progress::Plan(plan));
    }
}

fn planned(external: &External) -> Planned {
    let what = match external.origin {
        Origin::Debian(_) => {
            format!("Debian package {}, unpacked into the cache (nothing is installed)", external.name())
        }
        Origin::Go(GoBuild { version, .. }) => {
            format!("Go build, version {version} with every module pinned, into the cache")
        }
    };
    Planned { name: external.title.to_owned(), what, about: external.about.to_owned() }
}

/// Makes what is missing once the lock is ours; by then another `lab` may have made it.
async fn make(setup: &SetupContext<'_>, needed: &[&'static External]) -> Result<Found, SetupError> {
    let waiting = |holder| (setup.progress)(Progress::Waiting(holder));
    let lock = setup.cache.lock(WAIT_FOR_ANOTHER, waiting).await?;
    setup.cache.sweep(&lock);
    let mut found = look(setup, needed).await?;
    let (mut unpacked, mut compiled) = (Vec::<(&'static External, DebianPackages)>::new(), Vec::new());
    for external in missing(needed, &found) {
        match external.origin {
            Origin::Debian(packages) => unpacked.push((external, packages)),
            Origin::Go(build) => compiled.push(go_build::build(setup, external, build, &lock)),
        }
    }
    let (unpacked, compiled) = tokio::try_join!(debian::unpack(setup, &unpacked, &lock), try_join_all(compiled))?;
    found.extend(unpacked);
    found.extend(compiled);
    Ok(found)
}
