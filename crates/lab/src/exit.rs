//! How `lab` ends: seven exit codes, and errors that know theirs.

use std::process::ExitCode;

use verify::{CheckError, Verdict};

/// The exit codes of `lab`, as its `--help` and the README list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for was done, or proved.
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

impl From<scenario::document::DocumentError> for Failure {
    fn from(error: scenario::document::DocumentError) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl From<scenario::topology::NotAPort> for Failure {
    fn from(error: scenario::topology::NotAPort) -> Self {
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
