//! Reads the process environment once, as a map, and reports all invalid variables together.

mod bad_environment;
mod parser;
mod peer;
mod variable;

use std::collections::BTreeMap;

pub use bad_environment::BadEnvironment;
pub use parser::{ENV_LISTEN, Parser};
pub use peer::Peer;
pub use variable::Variable;

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

    /// Creates a parser that collects errors while values are read.
    #[must_use]
    pub fn parser(&self) -> Parser<'_> {
        Parser::new(&self.0)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        variables.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use super::*;

    #[test]
    fn values_are_read_and_empty_ones_are_not_set() {
        let environment = Environment::from([("LAB_LISTEN", "0.0.0.0"), ("A", "9000"), ("B", ""), ("C", " 7 ")]);
        let mut parser = environment.parser();
        assert_eq!(parser.listen("A", 8000), SocketAddr::from(([0, 0, 0, 0], 9000)));
        assert_eq!(parser.port("B", 8000), 8000);
        assert_eq!(parser.optional_integer("C", 0..=9), Some(7));
        assert_eq!(parser.peer("H", "A", 1).to_string(), "127.0.0.1:9000");
        assert_eq!(parser.finish(), Ok(()));
    }

    #[test]
    fn every_variable_that_is_read_is_listed_once_with_its_default() {
        let environment = Environment::from([("A", "9000"), ("W", "no")]);
        let mut parser = environment.parser();
        let _ = (parser.listen("A", 8000), parser.listen("B", 8001), parser.peer("H", "P", 6379));
        let _ = (parser.optional_integer("S", 0..=9), parser.integer("N", 20, 1..=1000), parser.ratio("R", 0.5));
        let _ = (parser.milliseconds("MS", Duration::from_secs(1)), parser.seconds("T", Duration::from_secs(300)));
        let _ =
            (parser.one_of("W", true, &[("yes", true), ("no", false)]), parser.one_of("D", None, &[("x", Some(1))]));
        let _ = (parser.string("L", "a,b"), parser.string("E", ""), parser.optional_string("O"));
        let listed: Vec<String> = parser.variables().iter().map(Variable::to_string).collect();
        let listed = listed.join("\n").replace("default: ", "");
        assert_eq!(
            listed,
            "LAB_LISTEN (127.0.0.1)\nA (8000)\nB (8001)\nH (127.0.0.1)\nP (6379)\nS\nN (20)\nR (0.5)\nMS (1000)\n\
             T (300)\nW (yes)\nD\nL (a,b)\nE\nO"
        );
    }

    #[test]
    fn every_invalid_variable_is_named_once_and_has_its_default() {
        let environment =
            Environment::from([("LAB_LISTEN", "here"), ("A", "70000"), ("N", "1001"), ("T", "0"), ("W", "maybe")]);
        let mut parser = environment.parser();
        let _ = (parser.listen("A", 8000), parser.listen("A", 8000));
        assert_eq!(parser.integer("N", 20, 1..=1000), 20);
        assert_eq!(parser.milliseconds("T", Duration::from_secs(1)), Duration::from_secs(1));
        assert!(parser.one_of("W", true, &[("yes", true), ("no", false)]));
        let text = parser.finish().unwrap_err().to_string();
        let names: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("invalid ")?.split('=').next()).collect();
        assert_eq!(names, ["LAB_LISTEN", "A", "N", "T", "W"]);
    }
}
