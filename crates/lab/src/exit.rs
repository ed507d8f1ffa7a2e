//! The exit codes of `lab`, and which error leads to which of them.

use std::process::ExitCode;

use runner::native::{PartError, UpError};
use runner::setup::SetupError;
use scenario::FindError;
use scenario::document::DocumentError;
use scenario::topology::{TopologyError, UnknownAddress};
use verify::Verdict;
use verify::session::NotReady;

/// The exit codes of `lab`, as its `--help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; everything that had to be proved is proved.
    Proved,
    /// `lab` itself failed.
    Failed,
    /// An expectation, an invariant or the ledger was refuted, or a program rejected its configuration.
    Refuted,
    /// Nothing is refuted, but the counters are incomplete.
    NotProvable,
    /// The environment is not ready: a port is in use, a part does not respond, a tool is missing; or the trace is unknown.
    NotReady,
    /// Bad usage, or an invalid scenario file.
    Usage,
    /// Interrupted by Ctrl-C or SIGTERM.
    Interrupted,
    /// The exit code of the tool that `lab exec` ran.
    Tool(u8),
}

/// An error of `lab`'s own, with the exit code that it leads to.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// An error with its exit code.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
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

impl From<&anyhow::Error> for Exit {
    fn from(error: &anyhow::Error) -> Self {
        let is_usage = error.is::<DocumentError>()
            || error.is::<TopologyError>()
            || error.is::<UnknownAddress>()
            || error.is::<FindError>();
        let is_not_ready = error.is::<SetupError>() || error.is::<NotReady>();
        match (error.downcast_ref::<Failure>(), error.downcast_ref::<UpError>()) {
            (Some(failure), _) => failure.exit,
            (_, Some(error)) => Self::from(error),
            _ if is_usage => Self::Usage,
            _ if is_not_ready => Self::NotReady,
            _ => Self::Failed,
        }
    }
}

impl From<&UpError> for Exit {
    fn from(error: &UpError) -> Self {
        match error {
            UpError::Http(_) => Self::Failed,
            // The configuration is what a scenario tests, so an error in it refutes the case.
            UpError::Part(PartError::Rejected { .. } | PartError::Exited { is_config_error: true, .. }) => {
                Self::Refuted
            }
            UpError::PortsTaken(_) | UpError::Part(_) => Self::NotReady,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Proved => 0,
            Exit::Failed => 1,
            Exit::Refuted => 2,
            Exit::NotProvable => 3,
            Exit::NotReady => 4,
            Exit::Usage => 64,
            Exit::Interrupted => 130,
            Exit::Tool(code) => code,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use anyhow::Context as _;
    use runner::native::LogTail;

    use super::*;

    #[test]
    fn a_rejected_configuration_refutes_and_any_other_failed_start_is_a_missing_environment() {
        let (part, what, output) = ("items".to_owned(), "environment".to_owned(), Vec::new());
        assert_eq!(Exit::from(&UpError::Part(PartError::Rejected { part, what, output })), Exit::Refuted);
        assert_eq!(Exit::from(&UpError::Part(PartError::NotRunning("items".to_owned()))), Exit::NotReady);
        let exited = |is_config_error| {
            let (part, status) = ("gateway".to_owned(), std::process::ExitStatus::default());
            let tail = LogTail { log: PathBuf::new(), lines: Vec::new() };
            UpError::Part(PartError::Exited { part, status, tail, is_config_error })
        };
        assert_eq!(Exit::from(&exited(true)), Exit::Refuted);
        assert_eq!(Exit::from(&exited(false)), Exit::NotReady);
    }

    #[test]
    fn the_exit_code_of_an_error_does_not_depend_on_its_context() {
        let exit = |error: Result<(), anyhow::Error>| Exit::from(&error.context("more").unwrap_err());
        assert_eq!(exit(Err(Failure::new(Exit::Interrupted, "interrupted").into())), Exit::Interrupted);
        assert_eq!(exit(Err(UnknownAddress::Part(String::new(), String::new()).into())), Exit::Usage);
        assert_eq!(exit(Err(anyhow::anyhow!("").context(NotReady))), Exit::NotReady);
        assert_eq!(exit(Err(anyhow::anyhow!("a broken file"))), Exit::Failed);
    }
}
