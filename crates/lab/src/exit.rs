//! How `lab` ends: seven exit codes, and errors that know theirs.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};

/// The exit codes of `lab`, as its `--help` and the README list them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Exit {
    /// Everything that was asked for was done, or proved.
    #[default]
    Proved = 0,
    /// The tool itself failed.
    Failed = 1,
    /// An expectation, a law or the ledger was refuted, or a program refuses its configuration.
    Refuted = 2,
    /// Nothing is refuted, and the evidence is short: counters are missing or contradict each other.
    NotProvable = 3,
    /// The environment is not ready: a port is taken, a part does not answer, a tool is missing; or nobody knows the trace.
    NotReady = 4,
    /// Bad usage, or a scenario file that says something unknown.
    Usage = 64,
    /// Interrupted by Ctrl-C or SIGTERM.
    Interrupted = 130,
}

impl Exit {
    /// Every code.
    pub const ALL: [Self; 7] =
        [Self::Proved, Self::Failed, Self::Refuted, Self::NotProvable, Self::NotReady, Self::Usage, Self::Interrupted];
}

impl From<Exit> for u8 {
    fn from(exit: Exit) -> Self {
        exit as Self
    }
}

/// A number that is not an exit code of `lab`.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not an exit code of lab")]
pub struct UnknownExit(u8);

impl TryFrom<u8> for Exit {
    type Error = UnknownExit;

    fn try_from(code: u8) -> Result<Self, UnknownExit> {
        Self::ALL.into_iter().find(|exit| *exit as u8 == code).ok_or(UnknownExit(code))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error and the exit code that it leads to.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What went wrong.
    pub error: anyhow::Error,
}

impl Failure {
    /// An error that leads to the given exit code.
    pub fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, error: error.into() }
    }
}

/// An error of no particular kind is the tool's own.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Exit::Failed, error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(Exit::Failed, error)
    }
}

impl From<crate::document::DocumentError> for Failure {
    fn from(error: crate::document::DocumentError) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl From<crate::topology::NotAPort> for Failure {
    fn from(error: crate::topology::NotAPort) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl From<crate::scenario::FindError> for Failure {
    fn from(error: crate::scenario::FindError) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl From<crate::check::CheckError> for Failure {
    fn from(error: crate::check::CheckError) -> Self {
        let exit = match error {
            crate::check::CheckError::NotReady(_) => Exit::NotReady,
            crate::check::CheckError::Failed(_) => Exit::Failed,
        };
        Self::new(exit, error)
    }
}
