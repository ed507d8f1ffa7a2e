//! The plan of a real Redis, for the tests that start one.

use std::collections::BTreeMap;
use std::path::Path;

use runner::native::{Plan, check_ports};
use runner::programs::{RunContext, Tools};
use runner::setup::{Cache, SetupContext, ensure};
use scenario::topology::{Role, Topology};

/// The plan of a Redis at an offset where its port is free; none, with a message, when no Redis is on PATH.
#[expect(clippy::print_stderr, reason = "a skipped test is reported")]
pub(crate) async fn plan(dir: &Path) -> Option<Plan> {
    let path = std::env::var("PATH").unwrap();
    if !std::env::split_paths(&path).any(|dir| dir.join("redis-server").is_file()) {
        eprintln!("SKIPPED: redis-server is not on PATH (`cargo lab test` puts it there)");
        return None;
    }
    let tools = tools(dir).await;
    (1_000..9_000).step_by(100).map(|offset| at(dir, &tools, offset)).find(|plan| check_ports(plan).is_ok())
}

async fn tools(dir: &Path) -> Tools {
    let environment: BTreeMap<String, String> = std::env::vars().collect();
    let setup = SetupContext {
        cache: Cache { dir: dir.join("cache") },
        root: &root(),
        lab: Path::new("/nowhere/lab"),
        run_id: "none",
        environment: &environment,
        progress: &|_| panic!("a Redis on PATH needs no setting up"),
    };
    ensure(&setup, &BTreeMap::from([("redis".to_owned(), Role::Redis)])).await.unwrap()
}

fn at(dir: &Path, tools: &Tools, offset: u16) -> Plan {
    let run = RunContext {
        run_id: &format!("test{}", dir.file_name().unwrap().display()),
        dir,
        root: &root(),
        topology: &Topology::load(&root(), offset).unwrap(),
        parts: &["redis".to_owned()],
        layers: &BTreeMap::new(),
        files: &BTreeMap::new(),
        environment: &BTreeMap::new(),
    };
    Plan::new(&run, tools).unwrap()
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
