//! The runner of native parts, as what a check may stop and start.

use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::Control;
use ledger::shutdown_report::ShutdownReport;
use runner::native::Native;

/// How many of a service's last lines are searched for its shutdown report.
const LINES: usize = 20;

/// Native parts under control.
#[derive(Debug)]
pub struct Runner<'a>(pub &'a mut Native);

impl Control for Runner<'_> {
    fn is_able(&self) -> bool {
        true
    }

    async fn stop(&mut self, part: &str) -> Result<Option<ShutdownReport>> {
        let stopped = self.0.stop(part).await?;
        anyhow::ensure!(!stopped.forced, "{part} did not end within its time and had to be killed");
        Ok(ShutdownReport::from_log(&self.0.log_tail(part, LINES)))
    }

    async fn start(&mut self, part: &str) -> Result<()> {
        self.0.start(part).await?;
        Ok(())
    }

    async fn kill(&mut self, part: &str) -> Result<()> {
        self.0.kill(part).await?;
        Ok(())
    }

    async fn write(&mut self, part: &str, file: &str, text: &str) -> Result<()> {
        self.0.write(part, file, text).with_context(|| format!("writing {file} of {part}"))
    }

    async fn hold(&mut self, part: &str, how_long: Duration) -> Result<()> {
        let pid = self.0.pid(part).with_context(|| format!("{part} does not run"))?;
        let pid = Pid::from_raw(i32::try_from(pid)?);
        kill(pid, Signal::SIGSTOP).with_context(|| format!("holding {part}"))?;
        tokio::spawn(async move {
            // The length of the fault, not a wait for anything.
            tokio::time::sleep(how_long).await;
            // It may have ended meanwhile.
            let _ = kill(pid, Signal::SIGCONT);
        });
        Ok(())
    }
}
