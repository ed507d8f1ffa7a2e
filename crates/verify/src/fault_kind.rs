//! What was done to a part.

use serde::{Deserialize, Serialize};

/// What was done to a part. The text is the first half of the message that it could not be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The part was stopped for one step.
    #[error("cannot restart the stopped part")]
    Stopped,
    /// The part was killed.
    #[error("cannot restart the killed part")]
    Killed,
    /// The part was paused.
    #[error("cannot resume the paused part")]
    Paused,
    /// A file of the part was written.
    #[error("cannot restore the changed file of")]
    Written,
}
