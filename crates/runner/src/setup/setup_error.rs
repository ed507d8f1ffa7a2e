//! Why the lab could not be set up.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::native::LogTail;

/// Why the lab could not be set up, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A file of the cache cannot be read or written.
    #[error("cannot read or write {}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// Another `lab` has locked the cache for too long.
    #[error("another lab run (pid {holder}) has locked the cache for {} min\nwait until it ends, or stop it", waited.as_secs() / 60)]
    Busy {
        /// Its process ID, from the lock file.
        holder: String,
        /// How long this run waited.
        waited: Duration,
    },
    /// A program is missing, and has to be installed by hand.
    #[error("cannot find {name}: {why}\n{instruction}")]
    Missing {
        /// What is missing, in words.
        name: String,
        /// Where it is missing, or why it cannot be built.
        why: String,
        /// What to install, and how.
        instruction: String,
    },
    /// A command failed.
    #[error("cannot set up {name}: `{command}` failed ({how}); {tail}\n{instruction}")]
    Command {
        /// What the command was for.
        name: &'static str,
        /// The command.
        command: String,
        /// Its exit status, or that it took too long.
        how: String,
        /// The end of the log with its whole output.
        tail: Box<LogTail>,
        /// What a person can do instead.
        instruction: String,
    },
}

impl SetupError {
    /// For `map_err` on file operations.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
