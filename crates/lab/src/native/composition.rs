//! From the names of parts to a plan: which program each is, with which arguments and environment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::part::state_dir;
use super::plan::{PartPlan, Plan, Ready, START_WITHIN, STOP_WITHIN};
use super::prometheus;
use crate::setup::{Tool, Tools};
use crate::topology::{Role, Topology, UnknownAddress};

/// What a plan is made of.
#[derive(Debug, Clone, Copy)]
pub struct Composition<'a> {
    /// The run's name.
    pub run_id: &'a str,
    /// The run's folder; a fresh one for every run.
    pub dir: &'a Path,
    /// The lab's root, where collector files are.
    pub root: &'a Path,
    /// The addresses, with the offset applied.
    pub topology: &'a Topology,
    /// The offset that has been applied.
    pub offset: u16,
    /// The programs.
    pub tools: &'a Tools,
    /// The clean base of every environment, see [`super::base_environment`].
    pub base: &'a BTreeMap<String, String>,
    /// The parts to start.  Collectors stop in this order: who sends stands before who receives.
    pub parts: &'a [String],
    /// Collector files by part, below the root; a part without an entry has `collector/<part>.yaml`.
    pub layers: &'a BTreeMap<String, Vec<PathBuf>>,
    /// Variables of every part.
    pub environment: &'a BTreeMap<String, String>,
    /// Variables of one part; they win.
    pub part_environment: &'a BTreeMap<String, BTreeMap<String, String>>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A part or port is unknown.
    #[error(transparent)]
    Address(#[from] UnknownAddress),
    /// No program is known for a part.
    #[error("no program for part `{0}`: it was not set up")]
    Program(String),
    /// The run's folder cannot be written.
    #[error("{}: {source}", file.display())]
    Directory {
        /// The file or folder.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Makes the plan, and writes the configuration that is generated.
///
/// # Errors
/// When a part is unknown or was not set up, or the run's folder cannot be written.
pub fn plan(from: &Composition<'_>) -> Result<Plan, PlanError> {
    let parts = from
        .parts
        .iter()
        .enumerate()
        .map(|(order, name)| part(from, order, name));
    let listen = from.topology.environment().remove("LAB_LISTEN").unwrap_or_default();
    Ok(Plan {
        run_id: from.run_id.to_owned(),
        dir: from.dir.to_owned(),
        listen,
        offset: from.offset,
        parts: parts.collect::<Result<_, _>>()?,
    })
}

fn part(from: &Composition<'_>, order: usize, name: &str) -> Result<PartPlan, PlanError> {
    let role = from.topology.part(name)?.role;
    let program = program(from.tools, role, name).ok_or_else(|| PlanError::Program(name.to_owned()))?;
    let ready = from.topology.health(name).map_or(Ready::Notify, Ready::Page);
    let own_ports = from.topology.part(name)?.ports.keys();
    let ports = own_ports.map(|port| Ok((port.clone(), from.topology.port(name, port)?)));
    Ok(PartPlan {
        name: name.to_owned(),
        program: program.to_owned(),
        args: arguments(from, role, name)?,
        env: environment(from, name),
        ports: ports.collect::<Result<_, UnknownAddress>>()?,
        ready,
        start_within: START_WITHIN,
        stop_within: STOP_WITHIN,
        tier: tier(role, order),
    })
}

fn program<'a>(tools: &'a Tools, role: Role, name: &str) -> Option<&'a Path> {
    match role {
        Role::Service => tools.service(name),
        Role::Redis => tools.get(Tool::Redis),
        Role::Collector => tools.get(Tool::Collector),
        Role::Jaeger => tools.get(Tool::Jaeger),
        Role::Prometheus => tools.get(Tool::Prometheus),
    }
}

fn environment(from: &Composition<'_>, name: &str) -> BTreeMap<String, String> {
    let mut environment = from.base.clone();
    environment.extend(from.topology.environment());
    environment.extend(from.environment.clone());
    environment.extend(from.part_environment.get(name).cloned().unwrap_or_default());
    environment
}

/// Services stop first, then collectors in their order, then the stores.
fn tier(role: Role, order: usize) -> u8 {
    match role {
        Role::Service => 0,
        Role::Collector => u8::try_from(order + 1).unwrap_or(u8::MAX - 1).min(u8::MAX - 1),
        Role::Redis | Role::Jaeger | Role::Prometheus => u8::MAX,
    }
}

fn arguments(from: &Composition<'_>, role: Role, name: &str) -> Result<Vec<String>, PlanError> {
    match role {
        Role::Service => Ok(Vec::new()),
        Role::Redis => redis(from, name),
        Role::Collector | Role::Jaeger => Ok(layers(from, name)),
        Role::Prometheus => prometheus_arguments(from, name),
    }
}

/// No file and no snapshot: the run's Redis begins empty and leaves nothing.  Its title is left alone, because Redis writes it over
/// its environment, and there the supervisor looks for the run.
fn redis(from: &Composition<'_>, name: &str) -> Result<Vec<String>, PlanError> {
    let port = from.topology.port(name, "tcp")?.to_string();
    let listen = from.topology.environment().remove("LAB_LISTEN").unwrap_or_default();
    let settings = [
        ("--bind", listen.as_str()),
        ("--port", &port),
        ("--save", ""),
        ("--appendonly", "no"),
        ("--supervised", "systemd"),
        ("--set-proc-title", "no"),
    ];
    Ok(settings
        .iter()
        .flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()])
        .collect())
}

fn layers(from: &Composition<'_>, name: &str) -> Vec<String> {
    let own = vec![PathBuf::from(format!("collector/{name}.yaml"))];
    let files = from.layers.get(name).unwrap_or(&own);
    files
        .iter()
        .flat_map(|file| {
            [
                "--config".to_owned(),
                format!("file:{}", from.root.join(file).display()),
            ]
        })
        .collect()
}

fn prometheus_arguments(from: &Composition<'_>, name: &str) -> Result<Vec<String>, PlanError> {
    let file = from.dir.join("prometheus.yml");
    let configuration = prometheus::configuration(from.topology, from.parts)?;
    let written = std::fs::create_dir_all(from.dir).and_then(|()| std::fs::write(&file, configuration));
    written.map_err(|source| PlanError::Directory {
        file: file.clone(),
        source,
    })?;
    let listen = from.topology.environment().remove("LAB_LISTEN").unwrap_or_default();
    Ok(vec![
        format!("--config.file={}", file.display()),
        format!(
            "--storage.tsdb.path={}",
            state_dir(from.dir, name).join("data").display()
        ),
        format!("--web.listen-address={listen}:{}", from.topology.port(name, "web")?),
    ])
}
