//! `vm-tests/golden/`: every case as `lab` reads it. `vm-tests/golden.nix` compares the same files with what Nix reads.
//!
//! `UPDATE_GOLDEN=1 cargo test -p scenario --test golden` writes them anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scenario::topology::Role;
use scenario::{Case, Scenario, ScrapeTarget, Topology};
use serde_json::{Map, Value, json};

/// The seed of every test: the default of `services.otel-lab.seed`.
const SEED: u64 = 1;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The addresses as seen from one node: parts on other nodes have the name of their node as host.
fn seen_from(scenario: &Scenario, node: &str) -> Topology {
    let elsewhere: BTreeMap<String, &String> = scenario
        .nodes
        .iter()
        .filter(|(other, _)| *other != node)
        .flat_map(|(other, parts)| parts.iter().map(move |part| (scenario::topology::host_variable(part), other)))
        .collect();
    let variable = |name: &str| match name {
        "LAB_LISTEN" => Some("0.0.0.0".to_owned()),
        _ => elsewhere.get(name).map(|node| (*node).clone()),
    };
    Topology::load_located(&root(), 0, variable).unwrap()
}

/// What one part of a case is told besides the addresses of its node.
fn part(case: &Case, topology: &Topology, name: &str) -> Value {
    let layered = matches!(topology.part(name).unwrap().role, Role::Collector | Role::Jaeger);
    if !layered && topology.part(name).unwrap().role != Role::Service {
        return json!({});
    }
    let mut environment = case.part_environments(topology, SEED).unwrap().remove(name).unwrap();
    let addresses = topology.environment();
    environment.retain(|variable, value| addresses.get(variable) != Some(value));
    let mut golden = json!({ "environment": environment });
    if layered {
        let relative = |file: &PathBuf| file.strip_prefix(root()).unwrap().to_owned();
        golden["layers"] = json!(case.layers.get(name).into_iter().flatten().map(relative).collect::<Vec<_>>());
        golden["files"] = json!(case.files.get(name).cloned().unwrap_or_default());
    }
    golden
}

fn parts(scenario: &Scenario, case: &Case) -> Map<String, Value> {
    let of_node = |(node, parts): (&String, &Vec<String>)| {
        let topology = seen_from(scenario, node);
        parts.iter().map(|name| (name.clone(), part(case, &topology, name))).collect::<Vec<_>>()
    };
    scenario.nodes.iter().flat_map(of_node).collect()
}

/// Job → target, from the node of Prometheus.
fn scraped(scenario: &Scenario) -> Map<String, Value> {
    let runs_prometheus = |parts: &[String]| parts.iter().any(|part| part == "prometheus");
    let Some((node, _)) = scenario.nodes.iter().find(|(_, parts)| runs_prometheus(parts)) else { return Map::new() };
    let targets = ScrapeTarget::all(&seen_from(scenario, node), &scenario.plain.parts).unwrap();
    targets
        .into_iter()
        .map(|target| (target.part, json!({ "target": target.address, "honor_labels": target.honor_labels })))
        .collect()
}

/// A variant: what is expected of it, and each part that differs from the scenario without a variant.
fn variant(scenario: &Scenario, plain: &Map<String, Value>, case: &Case) -> Value {
    let mut parts = parts(scenario, case);
    parts.retain(|name, part| plain.get(name) != Some(part));
    let failure = case.expected_failure.as_ref();
    let expected = failure.map(|failure| json!({ "exit": failure.exit, "rejected_by": failure.rejected_by }));
    json!({ "title": case.title, "expect_failure": expected, "parts": parts })
}

fn golden(scenario: &Scenario) -> Value {
    let plain = parts(scenario, &scenario.plain);
    let addresses = |node: &String| (node.clone(), json!(seen_from(scenario, node).environment()));
    let variants = [scenario.cases().split_off(1), scenario.planted_faults()].concat();
    let variants: Map<String, Value> =
        variants.iter().map(|case| (case.name(), variant(scenario, &plain, case))).collect();
    json!({
        "title": scenario.plain.title,
        "nodes": scenario.nodes,
        "addresses": scenario.nodes.keys().map(addresses).collect::<Map<_, _>>(),
        "scrape": scraped(scenario),
        "parts": plain,
        "variants": variants,
    })
}

#[test]
fn every_scenario_is_read_as_its_golden_file_says() {
    let topology = Topology::load(&root(), 0).unwrap();
    let scenarios = scenario::all(&root(), &topology).unwrap();
    for scenario in &scenarios {
        let file = root().join(format!("vm-tests/golden/{}.json", scenario.id));
        let read = golden(scenario);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&file, format!("{}\n", serde_json::to_string_pretty(&read).unwrap())).unwrap();
        }
        let expected: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let differences = differences("", &expected, &read);
        assert!(differences.is_empty(), "{}:\n{}", file.display(), differences.join("\n"));
    }
    let files = std::fs::read_dir(root().join("vm-tests/golden")).unwrap();
    assert_eq!(files.count(), scenarios.len(), "vm-tests/golden has one file per scenario, and no other");
}

/// Each path at which two values differ, with both values.
fn differences(path: &str, expected: &Value, read: &Value) -> Vec<String> {
    if let (Value::Object(expected), Value::Object(read)) = (expected, read) {
        let keys = expected.keys().chain(read.keys().filter(|key| !expected.contains_key(*key)));
        let of_key = |key: &String| {
            let [expected, read] = [expected, read].map(|object| object.get(key).unwrap_or(&Value::Null));
            differences(&format!("{path}.{key}"), expected, read)
        };
        return keys.flat_map(of_key).collect();
    }
    if expected == read { Vec::new() } else { vec![format!("{path}: expected {expected}, read {read}")] }
}
