//! Setting up: existing programs are used, missing ones are built, independent ones side by side.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::try_join_all;
use scenario::topology::Role;
use tokio::time::timeout;

use super::dangling_links::dangling_links;
use super::progress::{Planned, Progress};
use super::search::{is_program, on_path};
use super::setup_context::SetupContext;
use super::setup_error::SetupError;
use super::{debian, go_build, lookup, services};
use crate::programs::{External, GoBuild, Origin, Tools, externals, for_role};

/// The programs that were found or built, by their name in the cache.
type Found = BTreeMap<&'static str, PathBuf>;

/// How long another `lab` may be setting up.
const WAIT_FOR_ANOTHER: Duration = Duration::from_secs(60 * 60);

/// How long the check of a program that was found may take.
const CHECKED_WITHIN: Duration = Duration::from_secs(30);

/// Finds or builds the programs of some parts, which are given with their roles.
/// Dropping the future ends what it had started.
///
/// # Errors
/// When something is missing and cannot be built.
pub async fn ensure(setup: &SetupContext<'_>, parts: &BTreeMap<String, Role>) -> Result<Tools, SetupError> {
    let external = |role: &Role| for_role(*role).external.as_ref();
    let is_needed = |known: &&External| parts.values().filter_map(external).any(|needed| std::ptr::eq(needed, *known));
    let needed: Vec<&External> = externals().filter(is_needed).collect();
    let services = parts.iter().filter(|(_, role)| external(role).is_none()).map(|(part, _)| part.clone());
    let services: Vec<String> = services.collect();
    let mut found = search(setup, &needed).await?;
    let missing = missing(&needed, &found);
    announce(setup, &missing, &services);
    let build = async { if missing.is_empty() { Ok(Found::new()) } else { build(setup, &missing).await } };
    let (built, services) = tokio::try_join!(build, services::programs(setup, &services))?;
    found.extend(built);
    Ok(Tools { externals: found, services })
}

fn missing(needed: &[&'static External], found: &Found) -> Vec<&'static External> {
    needed.iter().copied().filter(|external| !found.contains_key(external.name())).collect()
}

/// The programs that are on PATH or in the cache.
async fn search(setup: &SetupContext<'_>, needed: &[&'static External]) -> Result<Found, SetupError> {
    let mut found = Found::new();
    for external in needed {
        let program = match find_on_path(setup, external).await {
            Some(program) => Some(program),
            None => find_in_cache(setup, external).await?,
        };
        found.extend(program.map(|program| (external.name(), program)));
    }
    Ok(found)
}

/// A program of the cache.
async fn find_in_cache(setup: &SetupContext<'_>, external: &External) -> Result<Option<PathBuf>, SetupError> {
    let folder = lookup::folder(&setup.cache, setup.root, external)?;
    let program = folder.join(external.name());
    let complete = is_program(&program) && external.clients.iter().all(|client| is_program(&folder.join(client)));
    let sound = complete
        && match external.origin {
            // An unpacked program is tried, because it uses libraries of the system, which may have been removed.
            Origin::Debian(_) => {
                dangling_links(&folder.join("..")).is_ok_and(|links| links.is_empty())
                    && succeeds(setup, &program, &["--version"]).await
            }
            Origin::Go(_) => true,
        };
    Ok(sound.then_some(program))
}

/// A program on PATH that accepts the lab's configuration. Others of the same name are older or have other components.
async fn find_on_path(setup: &SetupContext<'_>, external: &External) -> Option<PathBuf> {
    for program in external.names.iter().filter_map(|name| on_path(setup.path(), name)) {
        if accepts(setup, external, &program).await {
            return Some(program);
        }
        let note = format!("ignoring {}: it rejects the lab's configuration", program.display());
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
    timeout(CHECKED_WITHIN, command.output()).await.is_ok_and(|done| done.is_ok_and(|done| done.status.success()))
}

/// Reports what is going to be built.
fn announce(setup: &SetupContext<'_>, missing: &[&'static External], services: &[String]) {
    let mut plan: Vec<Planned> = missing.iter().map(|external| planned(external)).collect();
    if services::are_missing(setup, services) {
        let what = format!("cargo build of {}", services.join(", "));
        plan.push(Planned { name: "services", what, about: "2 min on 2 cores" });
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
    Planned { name: external.title, what, about: external.about }
}

/// Builds missing programs under the lock. Another `lab` may have built them before this one has it.
async fn build(setup: &SetupContext<'_>, needed: &[&'static External]) -> Result<Found, SetupError> {
    let waiting = |holder| (setup.progress)(Progress::Waiting(holder));
    let lock = setup.cache.lock(WAIT_FOR_ANOTHER, waiting).await?;
    setup.cache.sweep(&lock);
    let mut found = search(setup, needed).await?;
    let (mut unpacked, mut compiled) = (Vec::new(), Vec::new());
    for external in missing(needed, &found) {
        match external.origin {
            Origin::Debian(packages) => unpacked.push((external, packages)),
            Origin::Go(build) => compiled.push(go_build::build(setup, external, build, &lock)),
        }
    }
    let (unpacked, compiled) = tokio::try_join!(debian::unpack(setup, &unpacked, &lock), try_join_all(compiled))?;
    found.extend(unpacked.into_iter().chain(compiled));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_planned_build_is_described() {
        let line = |external| {
            let Planned { name, what, about } = planned(external);
            format!("{name}: {what}, about {about}\n")
        };
        insta::assert_snapshot!(externals().map(line).collect::<String>());
    }
}
