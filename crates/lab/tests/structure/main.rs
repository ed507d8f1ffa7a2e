//! The structure of the source tree: crates depend only downward, and the files of a crate do not import in a circle.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod imports;
mod source_tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::source_tree::SourceTree;

/// Every crate, from the top to the bottom, with the crates on which it may depend.
const ARROWS: [(&str, &[&str]); 14] = [
    ("lab", &["verify", "runner", "ledger", "scenario", "trace-assert"]),
    ("verify", &["runner", "ledger", "scenario", "trace-assert", "credentials"]),
    ("runner", &["scenario"]),
    ("ledger", &["scenario", "trace-assert", "service-contract"]),
    ("scenario", &["trace-assert"]),
    ("trace-assert", &["credentials"]),
    ("users", &["telemetry", "websocket-instrumentation"]),
    ("items", &["telemetry", "websocket-instrumentation"]),
    ("remote-users", &["telemetry"]),
    ("redis-subscriber", &["telemetry"]),
    ("telemetry", &["credentials", "service-contract"]),
    ("websocket-instrumentation", &[]),
    ("credentials", &[]),
    ("service-contract", &[]),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn position(name: &str) -> Option<usize> {
    ARROWS.iter().position(|(known, _)| *known == name)
}

/// The crates of the workspace on which a crate depends. What only its tests need does not count.
fn dependencies(name: &str) -> Vec<String> {
    let manifest = fs::read_to_string(crates().join(name).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    let names = dependencies.into_iter().flatten().map(|(name, _)| name.clone());
    names.filter(|name| position(name).is_some()).collect()
}

#[test]
fn every_crate_depends_only_on_the_crates_below_it_that_it_may_use() {
    let folders = fs::read_dir(crates()).unwrap().map(|entry| entry.unwrap());
    let folders = folders.filter(|folder| folder.path().join("Cargo.toml").exists());
    let found: BTreeSet<String> = folders.map(|folder| folder.file_name().into_string().unwrap()).collect();
    let listed = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, listed, "ARROWS must list every crate");

    for (name, allowed) in ARROWS {
        let upward = allowed.iter().find(|dependency| position(dependency) <= position(name));
        assert_eq!(upward, None, "ARROWS must lead downward from {name}");
        let wrong: Vec<String> =
            dependencies(name).into_iter().filter(|dependency| !allowed.contains(&dependency.as_str())).collect();
        assert!(wrong.is_empty(), "{name} must not depend on {wrong:?}");
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut circles = BTreeMap::new();
    for (name, _) in ARROWS {
        let tree = SourceTree::read(&crates().join(name).join("src"));
        let graph: DiGraphMap<&Path, ()> = tree.imports().collect();
        let found: Vec<_> = tarjan_scc(&graph).into_iter().filter(|files| files.len() > 1).collect();
        if !found.is_empty() {
            circles.insert(name, format!("{found:?}"));
        }
    }
    assert!(circles.is_empty(), "these files import each other in a circle: {circles:#?}");
}
