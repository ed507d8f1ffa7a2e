//! Why a ledger did not close.

use std::time::Duration;

use crate::counter_deltas::CounterDeltas;
use crate::ledger_finding::LedgerFinding;
use crate::pending::{self, Pending};
use crate::read_error::ReadError;

/// Why a run did not settle.
#[derive(Debug, thiserror::Error)]
pub enum Unsettled {
    /// Something was still under way at the deadline.
    #[error("not settled after {} s: {}", waited.as_secs(), pending::told(pending))]
    UnderWay {
        /// How long it was waited for.
        waited: Duration,
        /// What was under way.
        pending: Vec<Pending>,
        /// What every hop counted, as far as it could be read.
        deltas: Box<CounterDeltas>,
    },
    /// A part cannot be read.
    #[error("the ledger cannot be read: {}", .0.told())]
    Unreadable(#[source] ReadError),
}

impl Unsettled {
    /// What is wrong.
    #[must_use]
    pub fn findings(&self) -> Vec<LedgerFinding> {
        vec![match self {
            Self::UnderWay { waited, pending, .. } => {
                LedgerFinding::NotSettled { seconds: waited.as_secs(), pending: pending.clone() }
            }
            Self::Unreadable(error) => LedgerFinding::Unreadable { part: error.part().to_owned(), error: error.told() },
        }]
    }
}
