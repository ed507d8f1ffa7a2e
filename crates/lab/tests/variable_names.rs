//! The names that `lab` takes for known are those that the services' code reads, and no others.

mod services;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use scenario::topology::Topology;
use scenario::variables::{OF_SERVICES, of_sdks};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every variable with this beginning that a service reads.
fn read_by_services(beginning: &str) -> BTreeSet<String> {
    let variables = services::variables().into_iter().flat_map(|(_, variables)| variables);
    variables.map(|variable| variable.name).filter(|name| name.starts_with(beginning)).collect()
}

#[test]
fn the_known_names_are_those_that_services_read() {
    let addresses: BTreeSet<String> = Topology::load(&root(), 0).unwrap().environment().into_keys().collect();
    let settings: BTreeSet<String> = read_by_services("LAB_").difference(&addresses).cloned().collect();
    assert_eq!(settings, OF_SERVICES.map(str::to_owned).into());
}

#[test]
fn what_services_read_of_opentelemetry_is_known() {
    let unknown: BTreeSet<String> =
        read_by_services("OTEL_").difference(&of_sdks().map(str::to_owned).collect()).cloned().collect();
    assert_eq!(unknown, BTreeSet::new());
}

#[test]
fn what_the_topology_sets_is_known() {
    let services = [OF_SERVICES.to_vec(), of_sdks().collect()].concat();
    let defaults = Topology::load(&root(), 0).unwrap().defaults().clone();
    for name in defaults["services"].keys() {
        assert!(services.contains(&name.as_str()), "{name}");
    }
}
