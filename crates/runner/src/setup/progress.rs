//! Progress reports of a setup.

use std::time::Duration;

/// One piece of work that is going to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The program, e.g. `Jaeger`.
    pub name: &'static str,
    /// What is going to be done.
    pub what: String,
    /// Roughly how long it takes, in words.
    pub about: &'static str,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// All that is going to be done; comes first, and only when something is missing.
    Plan(Vec<Planned>),
    /// Another `lab`, with this process ID, is setting up.
    Waiting(String),
    /// A step of one piece of work, or the newest line of its command; every ten seconds at most.
    Step {
        /// The program.
        name: &'static str,
        /// What is being done.
        text: String,
        /// The time since the begin of the work.
        elapsed: Duration,
    },
    /// One piece of work is done.
    Done {
        /// The program.
        name: &'static str,
        /// How long it took.
        took: Duration,
    },
    /// A program on PATH is not used.
    Note(String),
}
