//! The parts of the lab and their addresses, read from `vm-tests/topology.toml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::document;
pub use crate::part::{HealthPage, Notify, Part, Ready, Role};
pub use crate::topology_error::{TopologyError, UnknownAddress};

/// Where the topology stands below the lab's root.
pub const TOPOLOGY_FILE: &str = "vm-tests/topology.toml";

/// The key of the environment of every service, here and in a scenario.
pub const SERVICES: &str = "services";

/// The address that everything binds, and is reached at, unless told otherwise.
pub const LOOPBACK: &str = "127.0.0.1";

/// The topology as it stands in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    environment: BTreeMap<String, BTreeMap<String, String>>,
    parts: BTreeMap<String, Part>,
}

/// The topology with its hosts and offset applied: every address of the lab.
#[derive(Debug, Clone)]
pub struct Topology {
    parts: BTreeMap<String, Part>,
    defaults: BTreeMap<String, BTreeMap<String, String>>,
    hosts: BTreeMap<String, String>,
    listen: String,
    offset: u16,
}

impl Topology {
    /// Reads the topology below `root` and adds `offset` to every port.
    ///
    /// # Errors
    /// When the file cannot be read, says something unknown, or the offset moves a port past 65535.
    pub fn load(root: &Path, offset: u16) -> Result<Self, TopologyError> {
        Self::load_located(root, offset, |_| None)
    }

    /// Like [`Self::load`], with hosts, ports (without the offset) and the listen address from `LAB_<PART>_HOST`,
    /// `LAB_<PART>_<PORT>` and `LAB_LISTEN` of an environment.
    ///
    /// # Errors
    /// Those of [`Self::load`], or when a variable contains no port.
    pub fn load_located(
        root: &Path,
        offset: u16,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TopologyError> {
        let File { mut parts, environment: defaults } = document::read(&root.join(TOPOLOGY_FILE))?;
        let mut hosts = BTreeMap::new();
        for (name, part) in &mut parts {
            hosts.extend(environment(&host_variable(name)).map(|host| (name.clone(), host)));
            for (port, number) in &mut part.ports {
                let variable = variable(name, port);
                if let Some(value) = environment(&variable) {
                    *number = value.parse().map_err(|_| TopologyError::NotAPort { variable, value })?;
                }
            }
        }
        shift(&mut parts, offset)?;
        let listen = environment("LAB_LISTEN").unwrap_or_else(|| LOOPBACK.to_owned());
        Ok(Self { parts, defaults, hosts, listen, offset })
    }

    /// What every scenario sets unless it says otherwise: part or `services` → variable → value.
    #[must_use]
    pub fn defaults(&self) -> &BTreeMap<String, BTreeMap<String, String>> {
        &self.defaults
    }

    /// What has been added to every port.
    #[must_use]
    pub fn offset(&self) -> u16 {
        self.offset
    }

    /// Every part, by name.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &Part)> {
        self.parts.iter().map(|(name, part)| (name.as_str(), part))
    }

    /// The part of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn part(&self, name: &str) -> Result<&Part, UnknownAddress> {
        let known = || self.parts.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        self.parts.get(name).ok_or_else(|| UnknownAddress::Part(name.to_owned(), known()))
    }

    /// The host at which a part is reached.
    #[must_use]
    pub fn host(&self, part: &str) -> &str {
        self.hosts.get(part).map_or(LOOPBACK, String::as_str)
    }

    /// The number of a part's port, offset included.
    ///
    /// # Errors
    /// When the part or the port does not exist.
    pub fn port(&self, part: &str, port: &str) -> Result<u16, UnknownAddress> {
        let known = self.part(part)?;
        let names = || known.ports.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let number = known.ports.get(port).copied();
        number.ok_or_else(|| UnknownAddress::Port(part.to_owned(), port.to_owned(), names()))
    }

    /// `http://host:port/path` of a part's port.
    ///
    /// # Errors
    /// When the part or the port does not exist.
    pub fn url(&self, part: &str, port: &str, path: &str) -> Result<String, UnknownAddress> {
        Ok(format!("http://{}:{}{path}", self.host(part), self.port(part, port)?))
    }

    /// A setting with its addresses filled in: `{agent:otlp_http}` is the URL of that port, without a path.
    ///
    /// # Errors
    /// When the part or the port does not exist.
    pub fn filled(&self, setting: &str) -> Result<String, UnknownAddress> {
        static PLACE: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"\{([a-z0-9-]+):([a-z0-9_]+)\}").expect("it is a regular expression"));
        let (mut filled, mut end) = (String::new(), 0);
        for place in PLACE.captures_iter(setting) {
            let Some(whole) = place.get(0) else { continue };
            let (_, [part, port]) = place.extract();
            filled.push_str(&setting[end..whole.start()]);
            filled.push_str(&self.url(part, port, "")?);
            end = whole.end();
        }
        Ok(filled + &setting[end..])
    }

    /// The page that answers 200 once the part is ready, if it has one.
    #[must_use]
    pub fn health(&self, part: &str) -> Option<String> {
        match &self.part(part).ok()?.ready {
            Ready::Says(Notify::Notify) => None,
            Ready::Page(page) => self.url(part, &page.port, &page.path).ok(),
        }
    }

    /// The page with the part's own metrics, if it has one.
    #[must_use]
    pub fn metrics(&self, part: &str) -> Option<String> {
        let port = self.part(part).ok()?.metrics.clone()?;
        self.url(part, &port, "/metrics").ok()
    }

    /// The address that every part binds.
    #[must_use]
    pub fn listen(&self) -> &str {
        &self.listen
    }

    /// The `LAB_*` variables that every process gets: where to listen, and where every part is.
    #[must_use]
    pub fn environment(&self) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::from([("LAB_LISTEN".to_owned(), self.listen.clone())]);
        for (name, part) in &self.parts {
            variables.insert(host_variable(name), self.host(name).to_owned());
            for (port, number) in &part.ports {
                variables.insert(variable(name, port), number.to_string());
            }
        }
        variables
    }
}

/// Adds the offset to every port.
fn shift(parts: &mut BTreeMap<String, Part>, offset: u16) -> Result<(), TopologyError> {
    let ports =
        || parts.iter().flat_map(|(part, known)| known.ports.iter().map(move |(port, number)| (part, port, number)));
    if let Some((part, port, &number)) = ports().max_by_key(|(.., number)| **number)
        && number.checked_add(offset).is_none()
    {
        let (part, port, most) = (part.clone(), port.clone(), u16::MAX - number);
        return Err(TopologyError::OffsetTooLarge { offset, part, port, number, most });
    }
    // No port is higher than the highest, so no sum overflows.
    parts.values_mut().flat_map(|part| part.ports.values_mut()).for_each(|number| *number += offset);
    Ok(())
}

fn prefix(part: &str) -> String {
    format!("LAB_{}", part.to_uppercase().replace('-', "_"))
}

/// The variable that holds a part's host: `LAB_<PART>_HOST`.
#[must_use]
pub fn host_variable(part: &str) -> String {
    format!("{}_HOST", prefix(part))
}

/// The variable that holds a part's port: `LAB_<PART>_<PORT>`.
#[must_use]
pub fn variable(part: &str, port: &str) -> String {
    format!("{}_{}", prefix(part), port.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

    fn topology() -> Topology {
        Topology::load(Path::new(ROOT), 1000).unwrap()
    }

    fn located(offset: u16, variable: &str, value: &str) -> Result<Topology, TopologyError> {
        Topology::load_located(Path::new(ROOT), offset, |name| (name == variable).then(|| value.to_owned()))
    }

    #[test]
    fn the_offset_moves_every_port() {
        assert_eq!(topology().url("items", "http", "/data").unwrap(), "http://127.0.0.1:9002/data");
        assert_eq!(topology().environment()["LAB_REMOTE_USERS_ADMIN"], "10465");
    }

    #[test]
    fn a_port_that_does_not_exist_is_named_beside_those_that_do() {
        let error = topology().port("redis", "admin").unwrap_err();
        assert_eq!(error.to_string(), "part `redis` has no port `admin` (it has: tcp)");
    }

    #[test]
    fn a_part_is_found_where_the_environment_says() {
        let said = |name: &str| match name {
            "LAB_JAEGER_HOST" => Some("backend".to_owned()),
            "LAB_JAEGER_HEALTH" => Some("23135".to_owned()),
            _ => None,
        };
        let topology = Topology::load_located(Path::new(ROOT), 1000, said).unwrap();
        assert_eq!(topology.health("jaeger").unwrap(), "http://backend:24135/status");
        assert_eq!(topology.environment()["LAB_JAEGER_HEALTH"], "24135");
        assert_eq!(topology.host("items"), LOOPBACK);
    }

    #[test]
    fn a_variable_that_says_no_port_is_an_error() {
        let error = located(0, "LAB_REDIS_TCP", "99999").unwrap_err();
        assert_eq!(error.to_string(), "LAB_REDIS_TCP=\"99999\" is not a port");
    }

    #[test]
    fn an_offset_moves_no_port_past_the_last() {
        let error = Topology::load(Path::new(ROOT), 9857).unwrap_err();
        assert_eq!(
            error.to_string(),
            "port offset 9857: port `zpages` of part `gateway` would be 65536 (the last port is 65535, so the offset can be at most 9856)"
        );
        assert_eq!(Topology::load(Path::new(ROOT), 9856).unwrap().port("gateway", "zpages"), Ok(65535));
        assert!(located(6, "LAB_REDIS_TCP", "65530").is_err());
    }

    #[test]
    fn a_setting_may_name_a_port() {
        let filled = |setting: &str| topology().filled(setting).map_err(|error| error.to_string());
        assert_eq!(filled("{agent:otlp_http}/v1/trace").unwrap(), "http://127.0.0.1:5318/v1/trace");
        assert_eq!(filled("{\"a\":1}").unwrap(), "{\"a\":1}");
        assert_eq!(filled("{redis:admin}").unwrap_err(), "part `redis` has no port `admin` (it has: tcp)");
    }
}
