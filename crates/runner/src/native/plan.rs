//! What is to be started: programs with their arguments, environment, ports and sign of readiness.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::programs::{PlanError, Rejection, RunContext, StopOrder, Tools, for_role};

/// How long a part may take until it is ready.
pub(super) const START_WITHIN: Duration = Duration::from_secs(30);

/// How long a part may take to stop: a service drains for up to ten seconds, and flushes for as long as two exports may
/// take.
pub(super) const STOP_WITHIN: Duration = Duration::from_secs(40);

/// The variables that a part takes from the caller: paths, language, time zone, and Rust's two variables for debugging.
/// `OTEL_*` and proxies, which would change a run, are not among them: a run depends on its scenario and not on the
/// caller's shell.
const INHERITED: [&str; 10] =
    ["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "RUST_BACKTRACE", "RUST_LOG", "TMPDIR", "TZ", "USER"];

/// The parts of one run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The run's name, in the environment of each of its processes.
    pub run_id: String,
    /// The run's folder, which exists: logs, state, generated configuration.
    pub dir: PathBuf,
    /// The address that the parts bind.
    pub listen: String,
    /// What has been added to every port.
    pub offset: u16,
    /// The parts.
    pub parts: Vec<PartPlan>,
}

/// One part.
#[derive(Debug, Clone)]
pub struct PartPlan {
    /// Its name in the topology.
    pub name: String,
    /// The path of its program.
    pub program: PathBuf,
    /// The arguments of its program.
    pub args: Vec<String>,
    /// How its program rejects its configuration.
    pub rejection: Rejection,
    /// Its whole environment, except the run's name and what `systemd` would set.
    pub env: BTreeMap<String, String>,
    /// Files that are in its state directory when it starts for the first time, by name.
    pub files: BTreeMap<String, String>,
    /// The ports on which it listens, by name.
    pub ports: BTreeMap<String, u16>,
    /// The page that returns 200 once it is ready. Without one, it sends READY=1 by `sd_notify(3)`.
    pub health_page: Option<String>,
    /// How long it may take until it is ready.
    pub start_within: Duration,
    /// How long it may take to stop before it is killed.
    pub stop_within: Duration,
    /// Parts with a lower tier are stopped first: a sender before its receiver.
    pub tier: usize,
}

impl Plan {
    /// Plans a run, and writes the configuration files that are generated.
    ///
    /// # Errors
    /// When a part is unknown or was not set up, or the run's folder cannot be written.
    pub fn new(run: &RunContext<'_>, tools: &Tools) -> Result<Self, PlanError> {
        let parts = run.parts.iter().enumerate().map(|(order, name)| PartPlan::new(run, tools, order, name));
        Ok(Self {
            run_id: run.run_id.to_owned(),
            dir: run.dir.to_owned(),
            listen: run.topology.listen().to_owned(),
            offset: run.topology.offset(),
            parts: parts.collect::<Result<_, _>>()?,
        })
    }
}

impl PartPlan {
    fn new(run: &RunContext<'_>, tools: &Tools, order: usize, name: &str) -> Result<Self, PlanError> {
        let part = run.topology.part(name)?;
        let program = for_role(part.role);
        let file = tools.program(name, part.role).ok_or_else(|| PlanError::Program(name.to_owned()))?;
        let mut env = inherited(|name| std::env::var(name).ok());
        env.extend(run.topology.environment());
        env.extend(run.environment.get(name).cloned().unwrap_or_default());
        Ok(Self {
            name: name.to_owned(),
            program: file.to_owned(),
            args: (program.arguments)(run, name)?,
            rejection: program.rejection,
            env,
            files: run.files.get(name).cloned().unwrap_or_default(),
            ports: part.ports.clone(),
            health_page: run.topology.health(name),
            start_within: START_WITHIN,
            stop_within: STOP_WITHIN,
            tier: tier(program.stop_order, order),
        })
    }
}

fn inherited(variable: impl Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
    INHERITED.iter().filter_map(|name| variable(name).map(|value| ((*name).to_owned(), value))).collect()
}

fn tier(stop_order: StopOrder, order: usize) -> usize {
    match stop_order {
        StopOrder::First => 0,
        StopOrder::InOrder => order + 1,
        StopOrder::Last => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use scenario::topology::Topology;

    use super::*;

    /// The plan of some parts at offset 100, in which users have another port of Redis.
    fn planned(dir: &Path, parts: &[&str], layers: &[(&str, &str)]) -> Result<Plan, PlanError> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let run = RunContext {
            run_id: "r1",
            dir,
            root: Path::new("/lab"),
            topology: &Topology::load(&root, 100).unwrap(),
            parts: &parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>(),
            layers: &layers.iter().map(|(part, file)| ((*part).to_owned(), vec![file.into()])).collect(),
            files: &BTreeMap::new(),
            environment: &[("users".to_owned(), [("LAB_REDIS_TCP".to_owned(), "7".to_owned())].into())].into(),
        };
        Plan::new(&run, &Tools::below("/bin", &["items", "users"]))
    }

    fn args(plan: &Plan, part: &str) -> String {
        plan.parts.iter().find(|known| known.name == part).unwrap().args.join(" ")
    }

    #[test]
    fn a_part_has_its_own_variables_instead_of_those_of_the_topology() {
        let dir = tempfile::tempdir().unwrap();
        let plan = planned(dir.path(), &["items", "users"], &[]).unwrap();
        let value = |part: usize| plan.parts[part].env["LAB_REDIS_TCP"].as_str();
        assert_eq!((value(0), value(1)), ("6479", "7"));
        assert_eq!(plan.parts[0].env["LAB_USERS_HTTP"], "8100");
        assert_eq!(plan.parts[0].ports["admin"], 9566);
        assert_eq!(plan.parts[0].rejection, Rejection::ExitCode(64));
    }

    #[test]
    fn the_callers_telemetry_settings_do_not_reach_a_part() {
        let environment = inherited(|name| Some(format!("caller's {name}")));
        assert_eq!(environment["PATH"], "caller's PATH");
        assert!(environment.keys().all(|name| !name.starts_with("OTEL_") && !name.to_lowercase().ends_with("_proxy")));
    }

    #[test]
    fn collectors_have_their_layers_or_the_file_of_their_name() {
        let dir = tempfile::tempdir().unwrap();
        let plan = planned(dir.path(), &["agent", "gateway", "jaeger"], &[("agent", "collector/other.yaml")]).unwrap();
        assert_eq!(args(&plan, "agent"), "--config file:/lab/collector/other.yaml");
        let gateway = args(&plan, "gateway");
        assert!(gateway.starts_with("--config file:/lab/collector/gateway.yaml --feature-gates="), "{gateway}");
        assert_eq!(plan.parts[2].health_page.as_deref(), Some("http://127.0.0.1:13235/status"));
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
        assert_eq!(error.to_string(), "no program was set up for part `remote-users`");
    }
}
