//! The report of all variables with invalid values.

use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;

/// One variable with an invalid value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid {name}={value:?}: expected {allowed}")]
pub(super) struct BadVariable {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) allowed: String,
}

/// All variables with invalid values; displayed as one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEnvironment(pub(super) Vec<BadVariable>);

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
