//! The program of each role.

use scenario::topology::Role;

use super::collector::COLLECTOR;
use super::external::External;
use super::jaeger::JAEGER;
use super::program::Program;
use super::prometheus::PROMETHEUS;
use super::redis::REDIS;
use super::service::SERVICE;

/// Every role, in the order in which their programs are listed.
const ROLES: [Role; 5] = [Role::Redis, Role::Prometheus, Role::Collector, Role::Jaeger, Role::Service];

/// The program of a role. Only this function of the crate matches on roles: a new role does not compile without it.
pub(crate) fn for_role(role: Role) -> &'static Program {
    match role {
        Role::Service => &SERVICE,
        Role::Redis => &REDIS,
        Role::Collector => &COLLECTOR,
        Role::Jaeger => &JAEGER,
        Role::Prometheus => &PROMETHEUS,
    }
}

/// Every program from outside this workspace, in the order in which they are listed.
pub(crate) fn externals() -> impl Iterator<Item = &'static External> {
    ROLES.into_iter().filter_map(|role| for_role(role).external.as_ref())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use scenario::topology::Topology;

    use super::*;

    #[test]
    fn every_role_of_the_topology_is_listed() {
        let topology = Topology::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")), 0).unwrap();
        for (name, part) in topology.parts() {
            assert!(ROLES.contains(&part.role), "{name}");
        }
    }
}
