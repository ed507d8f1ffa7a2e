//! One fault that was brought about, and what undoes it.

use std::fmt;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::control::Control;

/// A fault of a part that is not undone yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The part.
    pub(crate) part: String,
    /// What was done to it.
    pub(crate) change: Change,
}

/// What was done to a part, with what is needed to undo it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It was stopped for one step.
    Stopped,
    /// It was killed.
    Killed,
    /// It was paused.
    Paused,
    /// A file of it was written.
    Written {
        /// The name of the file.
        file: String,
        /// Its former text; none if there was no such file.
        former: Option<String>,
    },
}

/// What was done to a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// It was stopped for one step.
    Stopped,
    /// It was killed.
    Killed,
    /// It was paused.
    Paused,
    /// A file of it was written.
    Written,
}

impl Fault {
    pub(crate) fn new(part: &str, change: Change) -> Self {
        Self { part: part.to_owned(), change }
    }

    pub(crate) fn kind(&self) -> FaultKind {
        match self.change {
            Change::Stopped => FaultKind::Stopped,
            Change::Killed => FaultKind::Killed,
            Change::Paused => FaultKind::Paused,
            Change::Written { .. } => FaultKind::Written,
        }
    }

    /// Undoes it. Undoing it twice does no harm.
    pub(crate) async fn undo(&self, control: &mut impl Control) -> Result<()> {
        match &self.change {
            Change::Stopped | Change::Killed => control.start(&self.part).await,
            Change::Paused => control.resume(&self.part).await,
            Change::Written { file, former } => control.write(&self.part, file, former.as_deref()).await,
        }
    }
}

/// The rest of a sentence that begins with the part.
impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stopped => "was stopped and could not be started again",
            Self::Killed => "was killed and could not be started again",
            Self::Paused => "was paused and could not be resumed",
            Self::Written => "has a changed file that could not be restored",
        })
    }
}
