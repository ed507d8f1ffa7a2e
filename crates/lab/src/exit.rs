//! How `lab` ends: seven exit codes, the exit code of a tool, and errors with their exit codes.

use std::process::ExitCode;

use verify::{CheckError, Verdict};

/// The exit codes of `lab`, as its `--help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for was done, or proved.
    Proved,
    /// The tool itself failed.
    Failed,
    /// An expectation, an invariant or the ledger was refuted, or a program rejects its configuration.
    Refuted,
    /// Nothing is refuted, and the evidence is short: counters are missing or contradict each other.
    NotProvable,
    /// The environment is not ready: a port is taken, a part does not respond, a tool is missing; or the trace is unknown.
    NotReady,
    /// Bad usage, or an error in a scenario file.
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
            Self::NotProvable => 3,
            Self::NotReady => 4,
            Self::Usage => 64,
            Self::Interrupted => 130,
            Self::Tool(code) => code,
        }
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Proved => Self::Proved,
            Verdict::Refuted => Self::Refuted,
            Verdict::NotProvable => Self::NotProvable,
            Verdict::NotReady => Self::NotReady,
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

impl From<scenario::document::DocumentError> for Failure {
    fn from(error: scenario::document::DocumentError) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl From<scenario::topology::TopologyError> for Failure {
    fn from(error: scenario::topology::TopologyError) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl From<scenario::FindError> for Failure {
    fn from(error: scenario::FindError) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl From<CheckError> for Failure {
    fn from(error: CheckError) -> Self {
        let exit = match error {
            CheckError::NotReady(_) => Exit::NotReady,
            CheckError::Failed(_) => Exit::Failed,
        };
        Self::new(exit, error)
    }
}

impl From<scenario::topology::UnknownAddress> for Failure {
    fn from(error: scenario::topology::UnknownAddress) -> Self {
        Self::new(Exit::Usage, error)
    }
}
