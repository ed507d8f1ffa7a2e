//! A service that is started by hand listens and connects where the topology says: its defaults are the topology's.

mod services;

use std::path::Path;

use scenario::topology::Topology;

#[test]
fn every_default_address_of_a_service_is_the_topologys() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let topology = Topology::load(&root, 0).unwrap().environment();
    for (service, variables) in services::variables() {
        let addresses: Vec<_> = variables.iter().filter(|variable| topology.contains_key(&variable.name)).collect();
        assert!(addresses.iter().any(|variable| variable.name.ends_with("_ADMIN")), "{service}: {addresses:?}");
        for variable in addresses {
            let name = &variable.name;
            assert_eq!(variable.default.as_ref(), topology.get(name), "{service}: {name} in topology.toml");
        }
    }
}
