//! A variable that a program reads, with its default.

use std::fmt;

/// Name and default of a variable. Programs list them in their `--help`, and tests compare them with the topology.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name, such as `LAB_LISTEN`.
    pub name: String,
    /// The value that has the same effect as an unset variable; `None` if there is no such value.
    pub default: Option<String>,
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.default {
            Some(default) => write!(f, "{} (default: {default})", self.name),
            None => f.write_str(&self.name),
        }
    }
}
