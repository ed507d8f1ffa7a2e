//! From the names of parts to a plan: which program each is, with which arguments and environment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::part::state_dir;
use super::plan::{PartPlan, Plan, Ready, START_WITHIN, STOP_WITHIN};
use crate::programs::{ArgumentsError, PartContext, Rejection, StopOrder, Tools, for_role};
use scenario::topology::{Topology, UnknownAddress};

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
    /// The clean base of every environment, see [`super::base_environment()`].
    pub base: &'a BTreeMap<String, String>,
    /// The parts to start. Collectors stop in this order: who sends stands before who receives.
    pub parts: &'a [String],
    /// Collector files by part, below the root; a part without an entry has `collector/<part>.yaml`.
    pub layers: &'a BTreeMap<String, Vec<PathBuf>>,
    /// Files in the parts' state directories, by part and name.
    pub files: &'a BTreeMap<String, BTreeMap<String, String>>,
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
    /// Its arguments cannot be made.
    #[error(transparent)]
    Arguments(#[from] ArgumentsError),
}

/// Makes the plan, and writes the configuration that is generated.
///
/// # Errors
/// When a part is unknown or was not set up, or the run's folder cannot be written.
pub fn plan(from: &Composition<'_>) -> Result<Plan, PlanError> {
    let parts = from.parts.iter().enumerate().map(|(order, name)| part(from, order, name));
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
    let program = for_role(role);
    let file = from.tools.program(name, role).ok_or_else(|| PlanError::Program(name.to_owned()))?;
    let own_ports = from.topology.part(name)?.ports.keys();
    let ports = own_ports.map(|port| Ok((port.clone(), from.topology.port(name, port)?)));
    Ok(PartPlan {
        name: name.to_owned(),
        program: file.to_owned(),
        args: program.arguments(&context(from, name, &state_dir(from.dir, name)))?,
        validates: program.rejection() == Rejection::Validate,
        refuses_with: refusal_code(program.rejection()),
        env: environment(from, name),
        files: from.files.get(name).cloned().unwrap_or_default(),
        ports: ports.collect::<Result<_, UnknownAddress>>()?,
        ready: from.topology.health(name).map_or(Ready::Notify, Ready::Page),
        start_within: START_WITHIN,
        stop_within: STOP_WITHIN,
        tier: tier(program.stop_order(), order),
    })
}

fn context<'a>(from: &Composition<'a>, name: &'a str, state: &'a Path) -> PartContext<'a> {
    PartContext {
        name,
        topology: from.topology,
        root: from.root,
        dir: from.dir,
        state,
        parts: from.parts,
        layers: from.layers.get(name).map(Vec::as_slice),
    }
}

fn environment(from: &Composition<'_>, name: &str) -> BTreeMap<String, String> {
    let mut environment = from.base.clone();
    environment.extend(from.topology.environment());
    environment.extend(from.environment.clone());
    environment.extend(from.part_environment.get(name).cloned().unwrap_or_default());
    environment
}

fn refusal_code(rejection: Rejection) -> Option<i32> {
    match rejection {
        Rejection::ExitCode(code) => Some(code),
        Rejection::Validate | Rejection::Indistinct => None,
    }
}

/// Parts with a lower tier stop first.
fn tier(stop_order: StopOrder, order: usize) -> u8 {
    match stop_order {
        StopOrder::First => 0,
        StopOrder::InOrder => u8::try_from(order + 1).unwrap_or(u8::MAX - 1).min(u8::MAX - 1),
        StopOrder::Last => u8::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plan of some parts at offset 100, with `LAB_X` set for all, for the services' machine, and for users.
    fn planned(dir: &Path, parts: &[&str], layers: &[(&str, &str)]) -> Result<Plan, PlanError> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let one = |value: &str| BTreeMap::from([("LAB_X".to_owned(), value.to_owned())]);
        plan(&Composition {
            run_id: "r1",
            dir,
            root: Path::new("/lab"),
            topology: &Topology::load(&root, 100).unwrap(),
            offset: 100,
            tools: &Tools::below("/bin", &["items", "users"]),
            base: &one("base"),
            parts: &parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>(),
            layers: &layers.iter().map(|(part, file)| ((*part).to_owned(), vec![file.into()])).collect(),
            files: &BTreeMap::new(),
            environment: &one("all"),
            part_environment: &[("users".to_owned(), one("users"))].into(),
        })
    }

    fn args(plan: &Plan, part: &str) -> String {
        plan.parts.iter().find(|known| known.name == part).unwrap().args.join(" ")
    }

    #[test]
    fn a_part_sees_its_own_variables_before_those_of_all() {
        let dir = tempfile::tempdir().unwrap();
        let plan = planned(dir.path(), &["items", "users"], &[]).unwrap();
        let value = |part: usize| plan.parts[part].env["LAB_X"].as_str();
        assert_eq!((value(0), value(1)), ("all", "users"));
        assert_eq!(plan.parts[0].env["LAB_USERS_HTTP"], "8100");
        assert_eq!(plan.parts[0].ports["admin"], 9566);
        assert_eq!(plan.parts[0].refuses_with, Some(64));
    }

    #[test]
    fn collectors_have_their_layers_or_the_file_of_their_name() {
        let dir = tempfile::tempdir().unwrap();
        let plan = planned(dir.path(), &["agent", "gateway", "jaeger"], &[("agent", "collector/other.yaml")]).unwrap();
        assert_eq!(args(&plan, "agent"), "--config file:/lab/collector/other.yaml");
        let gateway = args(&plan, "gateway");
        assert!(gateway.starts_with("--config file:/lab/collector/gateway.yaml --feature-gates="), "{gateway}");
        assert_eq!(plan.parts[2].ready, Ready::Page("http://127.0.0.1:13235/status".to_owned()));
    }

    #[test]
    fn services_stop_before_collectors_before_stores() {
        let dir = tempfile::tempdir().unwrap();
        let plan = planned(dir.path(), &["redis", "agent", "gateway", "prometheus", "items"], &[]).unwrap();
        let tier = |part: &str| plan.parts.iter().find(|known| known.name == part).unwrap().tier;
        assert!(tier("items") < tier("agent") && tier("agent") < tier("gateway"));
        assert!(tier("gateway") < tier("redis") && tier("redis") == tier("prometheus"));
    }

    #[test]
    fn prometheus_gets_a_file_that_scrapes_the_parts_of_the_run() {
        let dir = tempfile::tempdir().unwrap();
        let plan = planned(dir.path(), &["gateway", "prometheus"], &[]).unwrap();
        assert!(args(&plan, "prometheus").ends_with(" --web.listen-address=127.0.0.1:9190"));
        assert!(std::fs::read_to_string(dir.path().join("prometheus.yml")).unwrap().contains("127.0.0.1:8989"));
    }

    #[test]
    fn a_service_that_was_not_set_up_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = planned(dir.path(), &["remote-users"], &[]).unwrap_err();
        assert_eq!(error.to_string(), "no program for part `remote-users`: it was not set up");
    }
}
