//! The program of each role.

use scenario::topology::Role;

use super::collector::Collector;
use super::external::External;
use super::jaeger::Jaeger;
use super::program::{Program, Source};
use super::prometheus::Prometheus;
use super::redis::Redis;
use super::service::Service;

/// Every role, in the order in which people are told of their programs.
const ROLES: [Role; 5] = [Role::Redis, Role::Prometheus, Role::Collector, Role::Jaeger, Role::Service];

/// The program of a role. The only place in this crate that tells all roles apart: a new one does not compile without it.
#[must_use]
pub fn for_role(role: Role) -> &'static dyn Program {
    match role {
        Role::Service => &Service,
        Role::Redis => &Redis,
        Role::Collector => &Collector,
        Role::Jaeger => &Jaeger,
        Role::Prometheus => &Prometheus,
    }
}

/// Every program that is not ours, in the order in which people are told of them.
pub fn externals() -> impl Iterator<Item = &'static External> {
    ROLES.into_iter().filter_map(|role| match for_role(role).source() {
        Source::External(external) => Some(external),
        Source::Workspace => None,
    })
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
