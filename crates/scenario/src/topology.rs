//! The parts of the lab and their addresses, read from `topology.toml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::document::Document;
pub use crate::part::{Part, Ready, Role};
pub use crate::topology_error::{TopologyError, UnknownAddress};

/// The file of the topology, below the lab's root.
pub const TOPOLOGY_FILE: &str = "topology.toml";

/// The key of the environment of every service, here and in a scenario.
pub const SERVICES: &str = "services";

/// The default address to bind and to reach.
pub const LOOPBACK: &str = "127.0.0.1";

/// The topology with its hosts and offset applied: every address of the lab.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topology {
    parts: BTreeMap<String, Part>,
    #[serde(rename = "environment", default)]
    defaults: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(skip)]
    hosts: BTreeMap<String, String>,
    #[serde(skip)]
    listen: String,
    #[serde(skip)]
    offset: u16,
}

impl Topology {
    /// Reads the topology below `root` and adds `offset` to every port.
    ///
    /// # Errors
    /// When the file cannot be read or is not valid, or the offset moves a port past 65535.
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
        let mut topology: Self = Document::read(&root.join(TOPOLOGY_FILE))?.parse()?;
        for (name, part) in &mut topology.parts {
            topology.hosts.extend(environment(&host_variable(name)).map(|host| (name.clone(), host)));
            for (port, number) in &mut part.ports {
                let variable = variable(name, port);
                if let Some(value) = environment(&variable) {
                    *number = value.parse().map_err(|_| TopologyError::NotAPort { variable, value })?;
                }
            }
        }
        topology.shift(offset)?;
        topology.listen = environment("LAB_LISTEN").unwrap_or_else(|| LOOPBACK.to_owned());
        Ok(topology)
    }

    /// Adds the offset to every port.
    fn shift(&mut self, offset: u16) -> Result<(), TopologyError> {
        let ports = self.parts.iter().flat_map(|(part, Part { ports, .. })| ports.iter().map(move |port| (part, port)));
        if let Some((part, (port, &number))) = ports.max_by_key(|(_, (_, number))| **number)
            && number.checked_add(offset).is_none()
        {
            return Err(TopologyError::OffsetTooLarge { offset, part: part.clone(), port: port.clone(), number });
        }
        // No port is higher than the highest, so no sum overflows.
        self.parts.values_mut().flat_map(|part| part.ports.values_mut()).for_each(|number| *number += offset);
        self.offset = offset;
        Ok(())
    }

    /// What every scenario sets by default: part or `services` → variable → value.
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

    /// The page that returns 200 once the part is ready, if it has one.
    #[must_use]
    pub fn health(&self, part: &str) -> Option<String> {
        match &self.part(part).ok()?.ready {
            Ready::Notify => None,
            Ready::Page { port, path } => self.url(part, port, path).ok(),
        }
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
    fn a_part_is_found_where_the_environment_says() {
        let variable = |name: &str| match name {
            "LAB_JAEGER_HOST" => Some("backend".to_owned()),
            "LAB_JAEGER_HEALTH" => Some("23135".to_owned()),
            _ => None,
        };
        let topology = Topology::load_located(Path::new(ROOT), 1000, variable).unwrap();
        assert_eq!(topology.health("jaeger").unwrap(), "http://backend:24135/status");
        assert_eq!(topology.environment()["LAB_JAEGER_HEALTH"], "24135");
        assert_eq!(topology.host("items"), LOOPBACK);
    }

    #[test]
    fn an_offset_moves_no_port_past_the_last() {
        let error = Topology::load(Path::new(ROOT), 9857).unwrap_err();
        assert!(matches!(error, TopologyError::OffsetTooLarge { number: 55679, .. }), "{error}");
        assert_eq!(Topology::load(Path::new(ROOT), 9856).unwrap().port("gateway", "zpages"), Ok(65535));
        assert!(located(6, "LAB_REDIS_TCP", "65530").is_err());
    }

    #[test]
    fn a_setting_may_name_a_port() {
        let filled = |setting: &str| topology().filled(setting);
        assert_eq!(filled("{agent:otlp_http}/v1/trace").unwrap(), "http://127.0.0.1:5318/v1/trace");
        assert_eq!(filled("{\"a\":1}").unwrap(), "{\"a\":1}");
        assert!(matches!(filled("{redis:admin}"), Err(UnknownAddress::Port(..))));
    }
}
