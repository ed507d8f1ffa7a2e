//! No control: another program runs the parts, and steps with faults are skipped.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::control::Control;
use ledger::shutdown_report::ShutdownReport;

/// Somebody else runs the parts: steps with faults are skipped and reported.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoControl;

impl Control for NoControl {
    fn is_able(&self) -> bool {
        false
    }

    fn parts_outlive_the_run(&self) -> bool {
        true
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

    async fn pause(&mut self, part: &str, _duration: Duration) -> Result<()> {
        bail!("{part} cannot be held from here")
    }

    async fn resume(&mut self, part: &str) -> Result<()> {
        bail!("{part} cannot be resumed from here")
    }

    async fn read(&mut self, part: &str, file: &str) -> Result<Option<String>> {
        bail!("{file} of {part} cannot be read from here")
    }

    async fn write(&mut self, part: &str, file: &str, _text: Option<&str>) -> Result<()> {
        bail!("{file} of {part} cannot be written from here")
    }
}
