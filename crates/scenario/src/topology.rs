//! The parts of the lab and their addresses, read from `vm-tests/topology.toml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::document::{self, DocumentError};

/// Where the topology stands below the lab's root.
pub const TOPOLOGY_FILE: &str = "vm-tests/topology.toml";

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

/// One part: what it is and where it listens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What kind of program it is.
    pub role: Role,
    /// Port name to port number, without the offset.
    pub ports: BTreeMap<String, u16>,
    /// What its program is told besides its configuration files.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// How one sees that it is ready.
    pub ready: Ready,
    /// The name of the port whose `/metrics` the ledger reads.
    pub metrics: Option<String>,
    /// The name of the port that Prometheus scrapes.
    pub scrape: Option<String>,
}

/// What kind of program a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// One of the lab's own services.
    Service,
    /// Redis.
    Redis,
    /// An OpenTelemetry Collector.
    Collector,
    /// Jaeger, the store of the traces.
    Jaeger,
    /// Prometheus, the store of the metrics.
    Prometheus,
}

/// How one sees that a part is ready.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Ready {
    /// It says so by itself; the word is always `notify` (sd_notify).
    Says(Notify),
    /// A page that answers 200.
    Page(HealthPage),
}

/// The word `notify`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// `sd_notify(3)`: READY=1 on NOTIFY_SOCKET.
    Notify,
}

/// A page that answers 200 once the part is ready.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthPage {
    /// The name of the port.
    pub port: String,
    /// The path of the page.
    pub path: String,
}

/// A part or a port that the topology does not have.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UnknownAddress {
    /// No such part.
    #[error("unknown part `{0}` (the topology has: {1})")]
    Part(String, String),
    /// The part has no such port.
    #[error("part `{0}` has no port `{1}` (it has: {2})")]
    Port(String, String, String),
}

/// A variable that says where a part listens, and says no port.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{variable}=\"{value}\" is not a port")]
pub struct NotAPort {
    /// Its name.
    pub variable: String,
    /// What it says.
    pub value: String,
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
    /// When the file cannot be read or says something unknown.
    pub fn load(root: &Path, offset: u16) -> Result<Self, DocumentError> {
        let file: File = document::read(&root.join(TOPOLOGY_FILE))?;
        let (parts, defaults) = (file.parts, file.environment);
        Ok(Self { parts, defaults, hosts: BTreeMap::new(), listen: LOOPBACK.to_owned(), offset })
    }

    /// Takes where parts are, and where to bind, from `LAB_<PART>_HOST`, `LAB_<PART>_<PORT>` and `LAB_LISTEN` of an environment.
    ///
    /// # Errors
    /// When a variable says no port.
    pub fn located_by(mut self, environment: impl Fn(&str) -> Option<String>) -> Result<Self, NotAPort> {
        for (name, part) in &mut self.parts {
            if let Some(host) = environment(&format!("{}_HOST", prefix(name))) {
                self.hosts.insert(name.clone(), host);
            }
            for (port, number) in &mut part.ports {
                let variable = variable(name, port);
                if let Some(value) = environment(&variable) {
                    *number = value.parse().map_err(|_| NotAPort { variable, value })?;
                }
            }
        }
        if let Some(listen) = environment("LAB_LISTEN") {
            self.listen = listen;
        }
        Ok(self)
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
        let number =
            known.ports.get(port).ok_or_else(|| UnknownAddress::Port(part.to_owned(), port.to_owned(), names()))?;
        Ok(number.saturating_add(self.offset))
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

    /// The `LAB_*` variables that every process gets: where to listen, and where every part is.
    #[must_use]
    pub fn environment(&self) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::from([("LAB_LISTEN".to_owned(), self.listen.clone())]);
        for (name, part) in &self.parts {
            variables.insert(format!("{}_HOST", prefix(name)), self.host(name).to_owned());
            for (port, number) in &part.ports {
                variables.insert(variable(name, port), number.saturating_add(self.offset).to_string());
            }
        }
        variables
    }
}

fn prefix(part: &str) -> String {
    format!("LAB_{}", part.to_uppercase().replace('-', "_"))
}

/// The variable that holds a part's port: `LAB_<PART>_<PORT>`.
#[must_use]
pub fn variable(part: &str, port: &str) -> String {
    format!("{}_{}", prefix(part), port.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topology() -> Topology {
        Topology::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")), 1000).unwrap()
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
        let topology = topology().located_by(said).unwrap();
        assert_eq!(topology.health("jaeger").unwrap(), "http://backend:24135/status");
        assert_eq!(topology.environment()["LAB_JAEGER_HEALTH"], "24135");
        assert_eq!(topology.host("items"), LOOPBACK);
    }

    #[test]
    fn a_variable_that_says_no_port_is_an_error() {
        let error = topology().located_by(|name| (name == "LAB_REDIS_TCP").then(|| "99999".to_owned())).unwrap_err();
        assert_eq!(error.to_string(), "LAB_REDIS_TCP=\"99999\" is not a port");
    }

    #[test]
    fn a_setting_may_name_a_port() {
        let filled = |setting: &str| topology().filled(setting).map_err(|error| error.to_string());
        assert_eq!(filled("{agent:otlp_http}/v1/trace").unwrap(), "http://127.0.0.1:5318/v1/trace");
        assert_eq!(filled("{\"a\":1}").unwrap(), "{\"a\":1}");
        assert_eq!(filled("{redis:admin}").unwrap_err(), "part `redis` has no port `admin` (it has: tcp)");
    }
}
