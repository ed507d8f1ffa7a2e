//! Why a part is not running.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use super::log_tail::{LogTail, indented};

/// Why a part is not running.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// Its program could not be started.
    #[error("cannot start `{part}` ({})", program.display())]
    NotStarted {
        /// The part.
        part: String,
        /// Its program.
        program: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// Its program rejects its configuration.
    #[error("`{part}` rejects its {what}:{}", indented(output))]
    Rejected {
        /// The part.
        part: String,
        /// What it rejects: `environment`, or `configuration` with the files, as the program gets them.
        what: String,
        /// The lines that the program printed about it.
        output: Vec<String>,
    },
    /// It exited before it was ready.
    #[error("`{part}` exited before it was ready ({status}); {tail}")]
    Exited {
        /// The part.
        part: String,
        /// How it exited.
        status: ExitStatus,
        /// The end of its log.
        tail: LogTail,
        /// Whether the log blames the configuration.
        is_config_error: bool,
    },
    /// It was not ready in time.
    #[error("`{part}` was not ready within {} s (expected {sign}); {tail}", within.as_secs())]
    Late {
        /// The part.
        part: String,
        /// The sign of readiness.
        sign: String,
        /// The deadline.
        within: Duration,
        /// The end of its log.
        tail: LogTail,
    },
    /// It is not running, so it cannot be paused.
    #[error("cannot pause `{0}`: it is not running")]
    NotRunning(String),
    /// The run has no such part.
    #[error("unknown part `{part}` (this run has: {})", known.join(", "))]
    Unknown {
        /// The name.
        part: String,
        /// The names of the run's parts.
        known: Vec<String>,
    },
}
