//! Setting up: what is there is taken, what is missing is made, independent parts side by side.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::timeout;

use super::cache::{Cache, Lock};
use super::error::SetupError;
use super::progress::{Planned, Progress};
use super::search::{is_program, on_path};
use super::tool::{Tool, Tools};
use super::{debian, go_build, lookup, services};

/// How long another `lab` may be setting up.
const WAIT_FOR_ANOTHER: Duration = Duration::from_secs(60 * 60);

/// How long a program that was found may take to answer whether it fits.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Where things are, and whom to tell.
pub struct Setup<'a> {
    /// The cache.
    pub cache: Cache,
    /// The lab's root: pins and configuration are below it.
    pub root: &'a Path,
    /// The program `lab` itself.
    pub lab: &'a Path,
    /// The run's name, by which the supervisor finds what is started here.
    pub run_id: &'a str,
    /// The caller's environment, whole: Go, apt and cargo are configured by it.
    pub environment: &'a BTreeMap<String, String>,
    /// Told what happens.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

impl fmt::Debug for Setup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("cache", &self.cache).field("root", &self.root).finish_non_exhaustive()
    }
}

impl Setup<'_> {
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn path(&self) -> &str {
        self.variable("PATH").unwrap_or_default()
    }
}

/// Finds or makes these tools and services of the workspace.  Giving the future up ends what it had started.
///
/// # Errors
/// When something is missing and cannot be made.
pub async fn ensure(setup: &Setup<'_>, tools: &[Tool], services: &[String]) -> Result<Tools, SetupError> {
    let mut found = look(setup, tools).await?;
    let missing = missing(tools, &found);
    announce(setup, &missing, services);
    let make = async { if missing.is_empty() { Ok(BTreeMap::new()) } else { make(setup, tools).await } };
    let (made, services) = tokio::try_join!(make, services::programs(setup, services))?;
    found.extend(made);
    Ok(Tools { tools: found, services })
}

fn missing(tools: &[Tool], found: &BTreeMap<Tool, PathBuf>) -> Vec<Tool> {
    tools.iter().copied().filter(|tool| !found.contains_key(tool)).collect()
}

/// What is on PATH or in the cache.
async fn look(setup: &Setup<'_>, tools: &[Tool]) -> Result<BTreeMap<Tool, PathBuf>, SetupError> {
    let mut found = BTreeMap::new();
    for tool in tools {
        let program = match fitting(setup, *tool).await {
            Some(program) => Some(program),
            None => cached(setup, *tool).await?,
        };
        found.extend(program.map(|program| (*tool, program)));
    }
    Ok(found)
}

/// A program of the cache.  An unpacked one is tried, because it uses libraries of the system, and those may have gone.
async fn cached(setup: &Setup<'_>, tool: Tool) -> Result<Option<PathBuf>, SetupError> {
    let folder = lookup::folder(&setup.cache, setup.root, tool)?;
    let program = folder.join(tool.programs()[0]);
    let complete = is_program(&program) && tool.clients().iter().all(|client| is_program(&folder.join(client)));
    let unpacked = matches!(tool, Tool::Redis | Tool::Prometheus);
    let sound = complete && (!unpacked || stands_alone(&folder) && succeeds(setup, &program, &["--version"]).await);
    Ok(sound.then_some(program))
}

/// Whether no link of an unpacked package leads nowhere; `folder` holds its scripts.
fn stands_alone(folder: &Path) -> bool {
    folder.parent().is_some_and(|root| debian::dangling_links(root).is_ok_and(|links| links.is_empty()))
}

/// A program on PATH that accepts the lab's configuration; others of the same name are older or have other components.
async fn fitting(setup: &Setup<'_>, tool: Tool) -> Option<PathBuf> {
    for program in tool.programs().iter().filter_map(|name| on_path(setup.path(), name)) {
        if accepts(setup, tool, &program).await {
            return Some(program);
        }
        let note = format!("{} does not accept the lab's configuration: not used", program.display());
        (setup.progress)(Progress::Note(note));
    }
    None
}

async fn accepts(setup: &Setup<'_>, tool: Tool, program: &Path) -> bool {
    let files: &[&str] = match tool {
        Tool::Redis | Tool::Prometheus => &[],
        Tool::Collector => &["collector/agent.yaml", "collector/gateway.yaml"],
        Tool::Jaeger => &["collector/jaeger.yaml"],
    };
    for file in files {
        let config = format!("--config=file:{}", setup.root.join(file).display());
        if !succeeds(setup, program, &["validate", &config]).await {
            return false;
        }
    }
    true
}

async fn succeeds(setup: &Setup<'_>, program: &Path, args: &[&str]) -> bool {
    let mut command = tokio::process::Command::new(program);
    command.args(args).env_clear().envs(setup.environment).kill_on_drop(true);
    timeout(ANSWER_WITHIN, command.output()).await.is_ok_and(|done| done.is_ok_and(|done| done.status.success()))
}

/// Says beforehand what is going to be done.
fn announce(setup: &Setup<'_>, missing: &[Tool], services: &[String]) {
    let mut plan: Vec<Planned> = missing.iter().map(|tool| planned(*tool)).collect();
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

fn planned(tool: Tool) -> Planned {
    let (what, about) = match tool {
        Tool::Redis => ("Debian package redis-server, unpacked into the cache (nothing is installed)", "20 s"),
        Tool::Prometheus => ("Debian package prometheus, unpacked into the cache (nothing is installed)", "30 s"),
        Tool::Collector => ("Go build, version 0.155.0 with every module pinned, into the cache", "4 min on 2 cores"),
        Tool::Jaeger => ("Go build, version 1.76.0 with every module pinned, into the cache", "4 min on 2 cores"),
    };
    Planned { name: tool.to_string(), what: what.to_owned(), about: about.to_owned() }
}

/// Makes what is missing once the lock is ours; by then another `lab` may have made it.
async fn make(setup: &Setup<'_>, tools: &[Tool]) -> Result<BTreeMap<Tool, PathBuf>, SetupError> {
    let waiting = |holder| (setup.progress)(Progress::Waiting(holder));
    let lock = setup.cache.lock(WAIT_FOR_ANOTHER, waiting).await?;
    setup.cache.sweep(&lock);
    let mut found = look(setup, tools).await?;
    let missing = missing(tools, &found);
    let wanted = |tool| missing.contains(&tool);
    let packages: Vec<Tool> = [Tool::Redis, Tool::Prometheus].into_iter().filter(|tool| wanted(*tool)).collect();
    let (packages, collector, jaeger) = tokio::try_join!(
        debian::unpack(setup, &packages, &lock),
        built(setup, Tool::Collector, wanted(Tool::Collector), &lock),
        built(setup, Tool::Jaeger, wanted(Tool::Jaeger), &lock),
    )?;
    found.extend(packages);
    found.extend(collector.map(|program| (Tool::Collector, program)));
    found.extend(jaeger.map(|program| (Tool::Jaeger, program)));
    Ok(found)
}

async fn built(setup: &Setup<'_>, tool: Tool, wanted: bool, lock: &Lock) -> Result<Option<PathBuf>, SetupError> {
    if wanted { go_build::build(setup, tool, lock).await.map(Some) } else { Ok(None) }
}
