//! The structure of the source tree: crates depend only downward, and the files of a crate do not import in a circle.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod imports;
mod source_tree;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::source_tree::SourceTree;

/// The crates from the top to the bottom: a crate may depend on crates of lower layers only.
const LAYERS: [&[&str]; 6] = [
    &["lab", "users", "items", "remote-users", "redis-subscriber"],
    &["verify", "telemetry", "websocket-instrumentation"],
    &["runner", "ledger"],
    &["scenario"],
    &["trace-assert"],
    &["credentials", "service-contract"],
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

/// The crates of the workspace on which a crate depends. What only its tests need does not count.
fn dependencies(name: &str) -> Vec<String> {
    let manifest = fs::read_to_string(crates().join(name).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    let names = dependencies.into_iter().flatten().map(|(name, _)| name.clone());
    names.filter(|name| layer(name).is_some()).collect()
}

#[test]
fn every_crate_depends_on_lower_layers_only() {
    let listed = LAYERS.iter().flat_map(|layer| layer.iter().map(|name| (*name).to_owned()));
    let mut listed: Vec<String> = listed.collect();
    listed.sort();
    let folders = fs::read_dir(crates()).unwrap().map(|entry| entry.unwrap());
    let folders = folders.filter(|folder| folder.path().join("Cargo.toml").exists());
    let mut found: Vec<String> = folders.map(|folder| folder.file_name().into_string().unwrap()).collect();
    found.sort();
    assert_eq!(listed, found, "LAYERS must list every crate once");

    let arrows = found.iter().flat_map(|name| dependencies(name).into_iter().map(move |dependency| (name, dependency)));
    let wrong: Vec<_> = arrows.filter(|(name, dependency)| layer(name) >= layer(dependency)).collect();
    assert!(wrong.is_empty(), "these crates depend on a crate of the same or of a higher layer: {wrong:?}");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut circles = BTreeMap::new();
    for name in LAYERS.iter().copied().flatten() {
        let tree = SourceTree::read(&crates().join(name).join("src"));
        let graph: DiGraphMap<&Path, ()> = tree.imports().collect();
        let found: Vec<_> = tarjan_scc(&graph).into_iter().filter(|files| files.len() > 1).collect();
        if !found.is_empty() {
            circles.insert(name, format!("{found:?}"));
        }
    }
    assert!(circles.is_empty(), "these files import each other in a circle: {circles:#?}");
}
