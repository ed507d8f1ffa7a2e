//! Reads the process environment once, as a map, and reports all invalid variables together.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

/// The variable with the IP address on which every listener of a process is bound; 127.0.0.1 by default.
pub const ENV_LISTEN: &str = "LAB_LISTEN";

/// The environment variables of a process, or a map that replaces them in a test.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Reads the environment of this process. No other function does. Variables that are not valid Unicode are
    /// ignored.
    #[must_use]
    pub fn from_process() -> Self {
        let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(unicode).collect())
    }

    /// The value of a variable, without surrounding spaces. An empty value counts as unset, as the OpenTelemetry
    /// specification requires.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Creates a parser that collects errors while values are read.
    #[must_use]
    pub fn parser(&self) -> Parser<'_> {
        Parser { environment: self, bad: Vec::new() }
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// The address of another part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Host name or IP address.
    pub host: String,
    /// TCP port number.
    pub port: u16,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Typed getters for an [`Environment`]. An unset or invalid variable yields the default, and [`Parser::finish`]
/// reports the invalid ones.
#[derive(Debug)]
pub struct Parser<'a> {
    environment: &'a Environment,
    bad: Vec<BadVariable>,
}

impl Parser<'_> {
    /// A string, used without validation.
    pub fn string(&mut self, name: &str, default: &str) -> String {
        self.environment.get(name).unwrap_or(default).to_owned()
    }

    /// A port number, 0 to 65535. With 0 the operating system chooses a free port.
    pub fn port(&mut self, name: &str, default: u16) -> u16 {
        self.parse(name, "a port number, 0 to 65535").unwrap_or(default)
    }

    /// The address of a listener of this process: the IP address from [`ENV_LISTEN`] (127.0.0.1 by default) and a
    /// port.
    pub fn listen(&mut self, port_name: &str, default: u16) -> SocketAddr {
        let address = self.parse(ENV_LISTEN, "an IP address").unwrap_or(IpAddr::from([127, 0, 0, 1]));
        SocketAddr::new(address, self.port(port_name, default))
    }

    /// The address of another part: a host (127.0.0.1 by default) and a port.
    pub fn peer(&mut self, host_name: &str, port_name: &str, default_port: u16) -> Peer {
        Peer { host: self.string(host_name, "127.0.0.1"), port: self.port(port_name, default_port) }
    }

    /// An integer in the range `allowed`.
    pub fn whole(&mut self, name: &str, default: u64, allowed: RangeInclusive<u64>) -> u64 {
        self.optional_whole(name, allowed).unwrap_or(default)
    }

    /// An integer in the range `allowed`, or `None` if the variable is unset.
    pub fn optional_whole(&mut self, name: &str, allowed: RangeInclusive<u64>) -> Option<u64> {
        let sentence = format!("a whole number, {} to {}", allowed.start(), allowed.end());
        self.parse_if(name, &sentence, |number| allowed.contains(number))
    }

    /// A duration in milliseconds, at least 1.
    pub fn milliseconds(&mut self, name: &str, default: Duration) -> Duration {
        let number = self.parse_if(name, "a whole number of milliseconds, at least 1", |number: &u64| *number > 0);
        number.map_or(default, Duration::from_millis)
    }

    /// A duration in seconds, at least 1.
    pub fn seconds(&mut self, name: &str, default: Duration) -> Duration {
        let number = self.parse_if(name, "a whole number of seconds, at least 1", |number: &u64| *number > 0);
        number.map_or(default, Duration::from_secs)
    }

    /// One of the words in `choices`, as the value next to it.
    pub fn one_of<T: Copy>(&mut self, name: &str, default: T, choices: &[(&str, T)]) -> T {
        let Some(value) = self.environment.get(name) else {
            return default;
        };
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == value) {
            return *choice;
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        self.reject(name, &format!("one of: {}", words.join(", ")));
        default
    }

    /// The raw value of a variable, for callers that parse it themselves.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.environment.get(name)
    }

    /// Records that the value of a variable is invalid; `allowed` describes the valid values.
    pub(crate) fn reject(&mut self, name: &str, allowed: &str) {
        let value = self.environment.get(name).unwrap_or_default().to_owned();
        let bad = BadVariable { name: name.to_owned(), value, allowed: allowed.to_owned() };
        // LAB_LISTEN is read once for each listener and must be reported once.
        if !self.bad.contains(&bad) {
            self.bad.push(bad);
        }
    }

    /// A value that `T` can parse.
    pub(crate) fn parse<T: FromStr>(&mut self, name: &str, allowed: &str) -> Option<T> {
        self.parse_if(name, allowed, |_| true)
    }

    /// A value that `T` can parse and that satisfies `test`.
    pub(crate) fn parse_if<T: FromStr>(&mut self, name: &str, allowed: &str, test: impl Fn(&T) -> bool) -> Option<T> {
        let value = self.environment.get(name)?;
        let parsed = value.parse().ok().filter(test);
        if parsed.is_none() {
            self.reject(name, allowed);
        }
        parsed
    }

    /// Completes the parsing.
    ///
    /// # Errors
    ///
    /// Returns every variable whose value is invalid.
    pub fn finish(self) -> Result<(), BadEnvironment> {
        if self.bad.is_empty() { Ok(()) } else { Err(BadEnvironment(self.bad)) }
    }
}

/// One variable with an invalid value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}={value:?} is not usable: {allowed} expected")]
struct BadVariable {
    name: String,
    value: String,
    allowed: String,
}

/// All variables with invalid values; displayed as one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEnvironment(Vec<BadVariable>);

impl BadEnvironment {
    /// `EX_USAGE` of sysexits.h: the user has to correct the environment, and a restart without a change would fail
    /// again.
    pub const EXIT_CODE: u8 = 64;

    /// Writes one line for each variable to standard error, because logging is not set up yet. Returns the exit code
    /// 64.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        // A closed standard error cannot be reported anywhere. The exit code still shows the failure.
        let _ = writeln!(std::io::stderr(), "{self}");
        ExitCode::from(Self::EXIT_CODE)
    }
}

impl fmt::Display for BadEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(BadVariable::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for BadEnvironment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_empty_ones_are_not_set() {
        let environment = Environment::from([("LAB_LISTEN", "0.0.0.0"), ("A", "9000"), ("B", ""), ("C", " 7 ")]);
        let mut parser = environment.parser();
        assert_eq!(parser.listen("A", 8000), SocketAddr::from(([0, 0, 0, 0], 9000)));
        assert_eq!(parser.port("B", 8000), 8000);
        assert_eq!(parser.optional_whole("C", 0..=9), Some(7));
        assert_eq!(parser.peer("H", "A", 1).to_string(), "127.0.0.1:9000");
        assert_eq!(parser.finish(), Ok(()));
    }

    #[test]
    fn every_bad_variable_is_named_with_its_value_and_what_is_allowed() {
        let environment =
            Environment::from([("LAB_LISTEN", "here"), ("A", "70000"), ("N", "1001"), ("T", "0"), ("W", "maybe")]);
        let mut parser = environment.parser();
        let _ = (parser.listen("A", 8000), parser.listen("A", 8000));
        assert_eq!(parser.whole("N", 20, 1..=1000), 20);
        assert_eq!(parser.milliseconds("T", Duration::from_secs(1)), Duration::from_secs(1));
        assert!(parser.one_of("W", true, &[("yes", true), ("no", false)]));
        let text = parser.finish().unwrap_err().to_string();
        assert_eq!(
            text,
            "LAB_LISTEN=\"here\" is not usable: an IP address expected\n\
             A=\"70000\" is not usable: a port number, 0 to 65535 expected\n\
             N=\"1001\" is not usable: a whole number, 1 to 1000 expected\n\
             T=\"0\" is not usable: a whole number of milliseconds, at least 1 expected\n\
             W=\"maybe\" is not usable: one of: yes, no expected"
        );
    }
}
