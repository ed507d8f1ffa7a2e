//! A service that is started by hand listens and connects where the topology says: its defaults are the topology's.

use std::fs;
use std::path::Path;

use regex::Regex;
use scenario::topology::{Topology, variable};

#[test]
fn every_default_port_of_a_service_is_the_topologys() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let topology = Topology::load(&root, 0).unwrap();
    let ports: Vec<(String, u16)> = topology
        .parts()
        .flat_map(|(part, description)| {
            description.ports.iter().map(move |(port, number)| (variable(part, port), *number))
        })
        .collect();
    let default = Regex::new(r#""(LAB_[A-Z_]+)",\s*(\d{4,5})"#).unwrap();
    for service in ["items", "redis-subscriber", "remote-users", "users"] {
        let text = fs::read_to_string(root.join("crates").join(service).join("src/config.rs")).unwrap();
        let mut found = 0;
        for capture in default.captures_iter(&text) {
            let own = (capture[1].to_owned(), capture[2].parse().unwrap());
            assert!(ports.contains(&own), "{service}: {own:?} is not in vm-tests/topology.toml");
            found += 1;
        }
        assert!(found > 0, "{service}: no default port found in src/config.rs");
    }
}
