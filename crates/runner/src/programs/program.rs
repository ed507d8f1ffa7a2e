//! What the runner knows of a program, whichever it is.

use super::external::External;
use super::part_context::{ArgumentsError, PartContext};

/// A kind of program. What is ready, and on which ports it listens, stands in the topology, because that is a part's own.
pub trait Program: std::fmt::Debug + Sync {
    /// Where it comes from.
    fn source(&self) -> Source;

    /// The arguments of a part that runs it. Writes the files that they name and that are generated.
    ///
    /// # Errors
    /// When the topology lacks a port that the program needs, or a file cannot be written.
    fn arguments(&self, part: &PartContext<'_>) -> Result<Vec<String>, ArgumentsError>;

    /// How it rejects its configuration.
    fn rejection(&self) -> Rejection;

    /// When it is stopped.
    fn stop_order(&self) -> StopOrder;
}

/// Where a program comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// This workspace: cargo builds it, under the name of its part.
    Workspace,
    /// PATH, or else the cache.
    External(&'static External),
}

/// How a program rejects its configuration, which is then what is under test and not what it runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// `validate` before its arguments fails; later its log tells, see [`crate::native::StartFailure`].
    Validate,
    /// It ends at its start with this exit code.
    ExitCode(i32),
    /// It cannot be told from another failure.
    Indistinct,
}

/// When a program is stopped: who sends before who receives, so that nothing in flight is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopOrder {
    /// Before all others: it sends.
    First,
    /// After those, in the order in which the scenario names its parts: it receives and sends.
    InOrder,
    /// After all others: it stores.
    Last,
}
