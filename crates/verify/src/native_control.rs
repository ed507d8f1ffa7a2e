//! Control over native parts, which end with the run.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::control::Control;
use ledger::shutdown_report::ShutdownReport;
use runner::native::{Native, Paused};

/// How many of a service's last lines are searched for its shutdown report.
const LINES: usize = 20;

/// Native parts under control. Dropping it resumes every paused part.
#[derive(Debug)]
pub struct NativeControl<'a> {
    native: &'a mut Native,
    paused: BTreeMap<String, Paused>,
}

impl<'a> NativeControl<'a> {
    /// Takes control of parts that run.
    #[must_use]
    pub fn new(native: &'a mut Native) -> Self {
        Self { native, paused: BTreeMap::new() }
    }
}

impl Control for NativeControl<'_> {
    fn is_able(&self) -> bool {
        true
    }

    fn parts_outlive_the_run(&self) -> bool {
        false
    }

    async fn stop(&mut self, part: &str) -> Result<Option<ShutdownReport>> {
        let stopped = self.native.part(part)?.stop().await;
        anyhow::ensure!(!stopped.forced, "{part} did not end within its time and had to be killed");
        Ok(ShutdownReport::from_log(&self.native.part(part)?.log_tail(LINES).lines))
    }

    async fn start(&mut self, part: &str) -> Result<()> {
        self.native.part(part)?.start().await?;
        Ok(())
    }

    async fn kill(&mut self, part: &str) -> Result<()> {
        self.native.part(part)?.kill().await;
        Ok(())
    }

    async fn pause(&mut self, part: &str, duration: Duration) -> Result<()> {
        // The end of an earlier pause would end this one.
        self.paused.remove(part);
        let paused = self.native.part(part)?.pause(duration)?;
        self.paused.insert(part.to_owned(), paused);
        Ok(())
    }

    async fn resume(&mut self, part: &str) -> Result<()> {
        self.paused.remove(part);
        Ok(())
    }

    async fn read(&mut self, part: &str, file: &str) -> Result<Option<String>> {
        self.native.part(part)?.state().read(file).with_context(|| format!("reading {file} of {part}"))
    }

    async fn write(&mut self, part: &str, file: &str, text: Option<&str>) -> Result<()> {
        self.native.part(part)?.state().write(file, text).with_context(|| format!("writing {file} of {part}"))
    }
}
