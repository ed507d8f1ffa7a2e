//! The names that `lab` takes for known are those that the services' code reads, and no others.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use scenario::topology::Topology;
use scenario::variables::{OF_SERVICES, of_sdks};

const CRATES: [&str; 6] =
    ["items", "redis-subscriber", "remote-users", "telemetry", "users", "websocket-instrumentation"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: PathBuf| if path.is_dir() { rust_files(&path) } else { vec![path] };
    entries.flat_map(of).collect()
}

/// Every name with this beginning that is a whole text in the services' code, less the code of tests.
fn read_by_services(beginning: &str) -> BTreeSet<String> {
    let name = Regex::new(&format!("\"({beginning}_[A-Z0-9_]+)\"")).unwrap();
    let files = CRATES.iter().flat_map(|known| rust_files(&root().join("crates").join(known).join("src")));
    let texts = files.map(|file| fs::read_to_string(file).unwrap());
    let code = texts.map(|text| text.split("#[cfg(test)]").next().unwrap().to_owned());
    code.flat_map(|code| name.captures_iter(&code).map(|found| found[1].to_owned()).collect::<Vec<_>>()).collect()
}

#[test]
fn the_known_names_are_those_that_services_read() {
    let addresses: BTreeSet<String> = Topology::load(&root(), 0).unwrap().environment().into_keys().collect();
    let settings: BTreeSet<String> = read_by_services("LAB").difference(&addresses).cloned().collect();
    assert_eq!(settings, OF_SERVICES.map(str::to_owned).into());
}

#[test]
fn what_services_read_of_opentelemetry_is_known() {
    let unknown: BTreeSet<String> = read_by_services("OTEL").difference(&of_sdks()).cloned().collect();
    assert_eq!(unknown, BTreeSet::new());
}

#[test]
fn what_the_topology_sets_is_known() {
    let services = [OF_SERVICES.map(str::to_owned).to_vec(), of_sdks().into_iter().collect()].concat();
    let defaults = Topology::load(&root(), 0).unwrap().defaults().clone();
    for name in defaults["services"].keys() {
        assert!(services.contains(name), "{name}");
    }
}
