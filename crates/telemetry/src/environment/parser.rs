//! Typed getters for environment variables. A parser collects the variables that it reads, and those that are invalid.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::bad_environment::{BadEnvironment, BadVariable};
use super::peer::Peer;
use super::variable::Variable;

/// The variable with the IP address on which every listener of a process is bound; 127.0.0.1 by default.
pub const ENV_LISTEN: &str = "LAB_LISTEN";

/// The address of a listener, and of another part, unless a variable sets another one.
const LOCALHOST: &str = "127.0.0.1";

/// Typed getters for an environment. An unset or invalid variable yields the default, and [`Parser::finish`] reports
/// the invalid ones.
#[derive(Debug)]
pub struct Parser<'a> {
    values: &'a BTreeMap<String, String>,
    variables: Vec<Variable>,
    bad: Vec<BadVariable>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(values: &'a BTreeMap<String, String>) -> Self {
        Self { values, variables: Vec::new(), bad: Vec::new() }
    }

    /// A string, used without validation.
    pub fn string(&mut self, name: &str, default: &str) -> String {
        self.record(name, Some(default.to_owned()).filter(|default| !default.is_empty()));
        self.value(name).unwrap_or(default).to_owned()
    }

    /// A string, used without validation, or `None` if the variable is unset.
    pub fn optional_string(&mut self, name: &str) -> Option<String> {
        self.record(name, None);
        self.value(name).map(str::to_owned)
    }

    /// A port number, 0 to 65535. With 0 the operating system chooses a free port.
    pub fn port(&mut self, name: &str, default: u16) -> u16 {
        self.record(name, Some(default.to_string()));
        self.parse_if(name, "a port (0 to 65535)", |_| true).unwrap_or(default)
    }

    /// The address of a listener of this process: the IP address from [`ENV_LISTEN`] (127.0.0.1 by default) and a
    /// port.
    pub fn listen(&mut self, port_name: &str, default: u16) -> SocketAddr {
        self.record(ENV_LISTEN, Some(LOCALHOST.to_owned()));
        let address = self.parse_if(ENV_LISTEN, "an IP address", |_| true).unwrap_or(IpAddr::from([127, 0, 0, 1]));
        SocketAddr::new(address, self.port(port_name, default))
    }

    /// The address of another part: a host (127.0.0.1 by default) and a port.
    pub fn peer(&mut self, host_name: &str, port_name: &str, default_port: u16) -> Peer {
        Peer { host: self.string(host_name, LOCALHOST), port: self.port(port_name, default_port) }
    }

    /// An integer in the range `allowed`.
    pub fn integer(&mut self, name: &str, default: u64, allowed: RangeInclusive<u64>) -> u64 {
        self.record(name, Some(default.to_string()));
        self.optional_integer(name, allowed).unwrap_or(default)
    }

    /// An integer in the range `allowed`, or `None` if the variable is unset.
    pub fn optional_integer(&mut self, name: &str, allowed: RangeInclusive<u64>) -> Option<u64> {
        self.record(name, None);
        let expected = format!("an integer from {} to {}", allowed.start(), allowed.end());
        self.parse_if(name, &expected, |number| allowed.contains(number))
    }

    /// A number from 0 to 1.
    pub fn ratio(&mut self, name: &str, default: f64) -> f64 {
        self.record(name, Some(default.to_string()));
        let allowed = |fraction: &f64| (0.0..=1.0).contains(fraction);
        self.parse_if(name, "a number from 0 to 1", allowed).unwrap_or(default)
    }

    /// A duration in milliseconds, at least 1.
    pub fn milliseconds(&mut self, name: &str, default: Duration) -> Duration {
        self.record(name, Some(default.as_millis().to_string()));
        let number = self.parse_if(name, "an integer number of milliseconds, at least 1", |number: &u64| *number > 0);
        number.map_or(default, Duration::from_millis)
    }

    /// A duration in seconds, at least 1.
    pub fn seconds(&mut self, name: &str, default: Duration) -> Duration {
        self.record(name, Some(default.as_secs().to_string()));
        let number = self.parse_if(name, "an integer number of seconds, at least 1", |number: &u64| *number > 0);
        number.map_or(default, Duration::from_secs)
    }

    /// One of the words in `choices`, as the value next to it.
    pub fn one_of<T: Copy + PartialEq>(&mut self, name: &str, default: T, choices: &[(&str, T)]) -> T {
        let usual = choices.iter().find(|(_, choice)| *choice == default);
        self.record(name, usual.map(|(word, _)| (*word).to_owned()));
        let Some(value) = self.value(name) else {
            return default;
        };
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == value) {
            return *choice;
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let expected = if words.len() > 1 { format!("one of {}", words.join(", ")) } else { words.concat() };
        self.reject(name, &expected);
        default
    }

    /// The variables that have been read, in the order in which they were read first.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Completes the parsing.
    ///
    /// # Errors
    ///
    /// Returns every variable whose value is invalid.
    pub fn finish(self) -> Result<(), BadEnvironment> {
        if self.bad.is_empty() { Ok(()) } else { Err(BadEnvironment(self.bad)) }
    }

    /// Records that the value of a variable is invalid; `allowed` describes the valid values.
    pub(crate) fn reject(&mut self, name: &str, allowed: &str) {
        let value = self.value(name).unwrap_or_default().to_owned();
        let bad = BadVariable { name: name.to_owned(), value, allowed: allowed.to_owned() };
        // LAB_LISTEN is read once for each listener and must be reported once.
        if !self.bad.contains(&bad) {
            self.bad.push(bad);
        }
    }

    /// The value of a variable, without surrounding spaces. An empty value counts as unset, as the OpenTelemetry
    /// specification requires.
    fn value(&self, name: &str) -> Option<&'a str> {
        self.values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A value that `T` can parse and that satisfies `test`.
    fn parse_if<T: FromStr>(&mut self, name: &str, allowed: &str, test: impl Fn(&T) -> bool) -> Option<T> {
        let parsed = self.value(name)?.parse().ok().filter(test);
        if parsed.is_none() {
            self.reject(name, allowed);
        }
        parsed
    }

    /// Remembers that a variable is read.
    fn record(&mut self, name: &str, default: Option<String>) {
        if self.variables.iter().all(|variable| variable.name != name) {
            self.variables.push(Variable { name: name.to_owned(), default });
        }
    }
}
