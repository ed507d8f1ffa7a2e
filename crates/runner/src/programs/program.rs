//! What every kind of program has.

use super::external::External;
use super::run_context::{PlanError, RunContext};

/// A kind of program. Its ports and its sign of readiness are in the topology, because they belong to a part.
#[derive(Debug)]
pub(crate) struct Program {
    /// How it is found or built. None for a service: cargo builds it from this workspace, under the name of its part.
    pub(crate) external: Option<External>,
    /// Returns the arguments of a part that runs it, and writes the generated files that they name.
    pub(crate) arguments: fn(&RunContext<'_>, &str) -> Result<Vec<String>, PlanError>,
    pub(crate) rejection: Rejection,
    pub(crate) stop_order: StopOrder,
}

/// How a program rejects its configuration. A rejection refutes the case; any other failure means that the environment is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// `validate` before its arguments fails, or its log reports the error when it starts.
    Validate,
    /// It exits with this code when it starts.
    ExitCode(i32),
    /// A rejection cannot be told from other failures.
    Indistinct,
}

/// When a program is stopped: a sender before its receiver, so that nothing in flight is lost.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StopOrder {
    /// Before all others: it sends.
    First,
    /// After those, in the order in which the scenario names its parts: it receives and sends.
    InOrder,
    /// After all others: it stores.
    Last,
}
