//! How `lab` ends: six exit codes of its own, that of a tool, and errors that know theirs.

use std::process::ExitCode;

/// The exit codes of `lab`, as its `--help` and the README list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for was done, or proved.
    Proved,
    /// The tool itself failed.
    Failed,
    /// An expectation, a law or the ledger was refuted, or a program refuses its configuration.
    Refuted,
    /// The environment is not ready: a port is taken, a part does not answer, a tool is missing; or nobody knows the trace.
    NotReady,
    /// Bad usage, or a scenario file that says something unknown.
    Usage,
    /// Interrupted by Ctrl-C or SIGTERM.
    Interrupted,
    /// The exit code of the tool that `lab exec` ran.
    Tool(u8),
}

impl Exit {
    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Proved => 0,
            Self::Failed => 1,
            Self::Refuted => 2,
            Self::NotReady => 4,
            Self::Usage => 64,
            Self::Interrupted => 130,
            Self::Tool(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
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

impl From<crate::topology::UnknownAddress> for Failure {
    fn from(error: crate::topology::UnknownAddress) -> Self {
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
