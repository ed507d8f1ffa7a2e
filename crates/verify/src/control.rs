//! What can stop and start the parts of a running scenario, where something can.

use std::time::Duration;

use anyhow::{Result, bail};

use ledger::shutdown_report::ShutdownReport;

/// Stops and starts parts.
pub trait Control {
    /// Whether it can.
    fn is_able(&self) -> bool;

    /// Is told that a step begins.
    fn begins(&mut self, _caption: &str) -> impl Future<Output = Result<()>> {
        std::future::ready(Ok(()))
    }

    /// Ends a part in order (SIGTERM) and waits for its end; a service's shutdown report is returned.
    fn stop(&mut self, part: &str) -> impl Future<Output = Result<Option<ShutdownReport>>>;

    /// Starts a part again and waits until it is ready.
    fn start(&mut self, part: &str) -> impl Future<Output = Result<()>>;

    /// Ends a part at once (SIGKILL).
    fn kill(&mut self, part: &str) -> impl Future<Output = Result<()>>;

    /// Gives a file in a part's state directory another text; whoever reads it finds the old one whole, or the new one.
    fn write(&mut self, part: &str, file: &str, text: &str) -> impl Future<Output = Result<()>>;

    /// Freezes a part for a while (SIGSTOP, then SIGCONT); returns at once.
    fn hold(&mut self, part: &str, how_long: Duration) -> impl Future<Output = Result<()>>;
}

/// Somebody else runs the parts: steps with faults are skipped, aloud.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spectator;

impl Control for Spectator {
    fn is_able(&self) -> bool {
        false
    }

    async fn stop(&mut self, part: &str) -> Result<Option<ShutdownReport>> {
        bail!("{part} cannot be stopped from here")
    }

    async fn start(&mut self, part: &str) -> Result<()> {
        bail!("{part} cannot be started from here")
    }

    async fn kill(&mut self, part: &str) -> Result<()> {
        bail!("{part} cannot be killed from here")
    }

    async fn write(&mut self, part: &str, file: &str, _text: &str) -> Result<()> {
        bail!("{file} of {part} cannot be written from here")
    }

    async fn hold(&mut self, part: &str, _how_long: Duration) -> Result<()> {
        bail!("{part} cannot be held from here")
    }
}
