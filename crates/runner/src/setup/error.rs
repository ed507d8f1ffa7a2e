//! Why the lab could not be set up.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why the lab could not be set up; every message says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A file of the cache cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another `lab` has been setting up for too long.
    #[error("another lab (pid {holder}) has been setting up for {} min: wait for it or end it", waited.as_secs() / 60)]
    Busy {
        /// Its process id, as it wrote it.
        holder: String,
        /// How long we waited.
        waited: Duration,
    },
    /// Something has to be installed by hand.
    #[error("{name}: missing, and cannot be set up here ({why}).  {instruction}")]
    Missing {
        /// What is missing.
        name: String,
        /// Why it cannot be made.
        why: String,
        /// What to install, and how: a sentence.
        instruction: String,
    },
    /// A command failed.
    #[error(transparent)]
    Failed(#[from] Box<Failed>),
}

/// A command that failed.
#[derive(Debug, thiserror::Error)]
#[error("{name}: `{command}` failed ({how}); the end of {}:\n{}\n{hint}", log.display(), indented(tail))]
pub struct Failed {
    /// Whom it was for.
    pub name: String,
    /// The command.
    pub command: String,
    /// Its exit status, or that it took too long.
    pub how: String,
    /// The log with all that it said.
    pub log: PathBuf,
    /// The last lines.
    pub tail: Vec<String>,
    /// What a person can do instead: a sentence.
    pub hint: String,
}

impl SetupError {
    /// For `map_err` on file operations.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
