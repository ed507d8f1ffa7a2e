//! The process environment as a map, read once; every bad variable is reported in one go.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

/// Address on which every listener of a process is bound.
pub const ENV_LISTEN: &str = "LAB_LISTEN";

/// The environment variables of a process, or of a test that stands in for one.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Reads the environment of this process, the only place that does.  A variable that is not Unicode is left out.
    #[must_use]
    pub fn from_process() -> Self {
        let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(unicode).collect())
    }

    /// The value of a variable; an empty value counts as not set, as OpenTelemetry has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A parser that collects what is wrong while values are read.
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

/// Where another part listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Host name or address.
    pub host: String,
    /// Port number.
    pub port: u16,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Typed getters over an [`Environment`].  A bad value yields the default and is remembered until [`Parser::finish`].
#[derive(Debug)]
pub struct Parser<'a> {
    environment: &'a Environment,
    bad: Vec<BadVariable>,
}

impl Parser<'_> {
    /// Text that is taken as it stands.
    pub fn string(&mut self, name: &str, default: &str) -> String {
        self.environment.get(name).unwrap_or(default).to_owned()
    }

    /// A port number; 0 lets the system choose.
    pub fn port(&mut self, name: &str, default: u16) -> u16 {
        self.parse(name, "a port number, 0 to 65535").unwrap_or(default)
    }

    /// The address of one of our own listeners: [`ENV_LISTEN`] and a port.
    pub fn listen(&mut self, port_name: &str, default: u16) -> SocketAddr {
        let address = self.parse(ENV_LISTEN, "an IP address").unwrap_or(IpAddr::from([127, 0, 0, 1]));
        SocketAddr::new(address, self.port(port_name, default))
    }

    /// The address of another part: a host, 127.0.0.1 unless set, and a port.
    pub fn peer(&mut self, host_name: &str, port_name: &str, default_port: u16) -> Peer {
        Peer { host: self.string(host_name, "127.0.0.1"), port: self.port(port_name, default_port) }
    }

    /// A whole number within limits.
    pub fn whole(&mut self, name: &str, default: u64, allowed: RangeInclusive<u64>) -> u64 {
        self.optional_whole(name, allowed).unwrap_or(default)
    }

    /// A whole number within limits, or nothing.
    pub fn optional_whole(&mut self, name: &str, allowed: RangeInclusive<u64>) -> Option<u64> {
        let sentence = format!("a whole number, {} to {}", allowed.start(), allowed.end());
        self.parse_if(name, &sentence, |number| allowed.contains(number))
    }

    /// A duration in milliseconds, at least one.
    pub fn milliseconds(&mut self, name: &str, default: Duration) -> Duration {
        let number = self.parse_if(name, "a whole number of milliseconds, at least 1", |number: &u64| *number > 0);
        number.map_or(default, Duration::from_millis)
    }

    /// A duration in seconds, at least one.
    pub fn seconds(&mut self, name: &str, default: Duration) -> Duration {
        let number = self.parse_if(name, "a whole number of seconds, at least 1", |number: &u64| *number > 0);
        number.map_or(default, Duration::from_secs)
    }

    /// One of a few words.
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

    /// The value of a variable that the caller reads itself.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.environment.get(name)
    }

    /// Remembers that a variable's value is not among what is allowed.
    pub(crate) fn reject(&mut self, name: &str, allowed: &str) {
        let value = self.environment.get(name).unwrap_or_default().to_owned();
        let bad = BadVariable { name: name.to_owned(), value, allowed: allowed.to_owned() };
        // LAB_LISTEN is read once for each listener, and is wrong only once.
        if !self.bad.contains(&bad) {
            self.bad.push(bad);
        }
    }

    /// A value that its type can read.
    pub(crate) fn parse<T: FromStr>(&mut self, name: &str, allowed: &str) -> Option<T> {
        self.parse_if(name, allowed, |_| true)
    }

    /// A value that its type can read and that passes a test.
    pub(crate) fn parse_if<T: FromStr>(&mut self, name: &str, allowed: &str, test: impl Fn(&T) -> bool) -> Option<T> {
        let value = self.environment.get(name)?;
        let parsed = value.parse().ok().filter(test);
        if parsed.is_none() {
            self.reject(name, allowed);
        }
        parsed
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// All variables whose values were not usable.
    pub fn finish(self) -> Result<(), BadEnvironment> {
        if self.bad.is_empty() { Ok(()) } else { Err(BadEnvironment(self.bad)) }
    }
}

/// One variable whose value is not usable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}={value:?} is not usable: {allowed} expected")]
struct BadVariable {
    name: String,
    value: String,
    allowed: String,
}

/// Every variable whose value is not usable, one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEnvironment(Vec<BadVariable>);

impl BadEnvironment {
    /// `EX_USAGE` of sysexits: the caller has to change something, trying again does not help.
    pub const EXIT_CODE: u8 = 64;

    /// Writes the lines to standard error (there are no logs yet) and answers the exit code.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        // Nobody can be told when standard error is closed; the exit code still says it.
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
