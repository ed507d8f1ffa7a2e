//! The timeouts of Redis commands.

use std::time::Duration;

use crate::timeout_factor::TimeoutFactor;

/// The timeouts of a command.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For opening a connection; 500 ms by default. It counts from the start of the attempt, which commands share.
    pub connect: Duration,
    /// For a command, including opening a connection; 2 s by default.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_millis(500), total: Duration::from_secs(2) }
    }
}

impl Timeouts {
    /// The default timeouts, multiplied by the timeout factor.
    #[must_use]
    pub fn with(timeout_factor: TimeoutFactor) -> Self {
        let Self { connect, total } = Self::default();
        Self { connect: timeout_factor.scale(connect), total: timeout_factor.scale(total) }
    }
}
