//! What a session tells while it runs.

use std::time::Duration;

use ledger::Pending;

/// Is told what happens while a session runs.
pub trait Narrator {
    /// A step begins.
    fn step_begins(&self, caption: &str);

    /// The ledger is not settled: so much time has passed, and this is in flight.
    fn settling(&self, elapsed: Duration, pending: &[Pending]);
}
