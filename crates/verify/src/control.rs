//! What can stop, start, pause and reconfigure the parts of a case.

use anyhow::Result;
use serde::Serialize;

/// Performs operations on parts. An operation can be canceled at any time; the next one takes effect after the canceled one.
pub trait Control {
    /// Whether the parts go on after the run, so that no fault may be left on them.
    fn parts_outlive_the_run(&self) -> bool;

    /// Records that a step with this caption begins.
    fn step_begins(&mut self, _caption: &str) -> impl Future<Output = Result<()>> {
        std::future::ready(Ok(()))
    }

    /// Performs an operation on a part. The result of `Stop` is the end of the part's log, the result of `Read` is the text of
    /// the file, if there is such a file.
    fn perform(&mut self, part: &str, operation: &Operation) -> impl Future<Output = Result<Option<String>>>;
}

/// An operation on a part. What is already so, such as a start of a part that runs, is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Operation {
    /// Stop the part in order (SIGTERM) and wait until it has exited.
    Stop,
    /// Start the part again and wait until it is ready.
    Start,
    /// Kill the part (SIGKILL).
    Kill,
    /// Pause the part (SIGSTOP) and return at once. The part is resumed after the duration, or by `Resume`.
    Pause {
        /// The duration in milliseconds.
        ms: u64,
    },
    /// Resume the part (SIGCONT).
    Resume,
    /// Read a file in the part's state directory.
    Read {
        /// The name of the file.
        file: String,
    },
    /// Replace a file in the part's state directory; a reader finds either the old text or the new one, whole.
    Write {
        /// The name of the file.
        file: String,
        /// The new text; without a text, the file is removed.
        text: Option<String>,
    },
}
