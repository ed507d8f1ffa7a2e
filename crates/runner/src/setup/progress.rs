//! What setting up says while it works.

use std::time::Duration;

/// One piece of work that is going to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Whom for, e.g. `Jaeger`.
    pub name: String,
    /// What is going to be done.
    pub what: String,
    /// Roughly how long it takes, in words.
    pub about: String,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// All that is going to be done; comes first, and only when something is missing.
    Plan(Vec<Planned>),
    /// Another `lab` is setting up; its process id where known.
    Waiting(String),
    /// A step of one piece of work, or the newest line of its command; every ten seconds at most.
    Step {
        /// Whom for.
        name: String,
        /// What is being done.
        text: String,
        /// Since when.
        elapsed: Duration,
    },
    /// One piece of work is done.
    Done {
        /// Whom for.
        name: String,
        /// How long it took.
        took: Duration,
    },
    /// Something worth knowing, e.g. a program on PATH that does not fit.
    Note(String),
}
