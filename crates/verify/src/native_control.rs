//! Control over native parts, which end with the run.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::control::{Control, Operation};
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
    /// Takes control of running parts.
    #[must_use]
    pub fn new(native: &'a mut Native) -> Self {
        Self { native, paused: BTreeMap::new() }
    }
}

impl Control for NativeControl<'_> {
    fn parts_outlive_the_run(&self) -> bool {
        false
    }

    async fn perform(&mut self, part: &str, operation: &Operation) -> Result<Option<String>> {
        let running = self.native.part(part)?;
        match operation {
            Operation::Stop => {
                let stopped = running.stop().await;
                ensure!(!stopped.forced, "{part} did not exit in time after SIGTERM and was killed");
                return Ok(Some(running.log_tail(LINES).lines.join("\n")));
            }
            Operation::Read { file } => {
                return running.state().read(file).with_context(|| format!("cannot read {file} of {part}"));
            }
            Operation::Write { file, text } => {
                let written = running.state().write(file, text.as_deref());
                written.with_context(|| format!("cannot write {file} of {part}"))?;
            }
            Operation::Start => drop(running.start().await?),
            Operation::Kill => drop(running.kill().await),
            Operation::Pause { ms } => {
                // The end of an earlier pause would end this one.
                self.paused.remove(part);
                let paused = running.pause(Duration::from_millis(*ms))?;
                self.paused.insert(part.to_owned(), paused);
            }
            Operation::Resume => drop(self.paused.remove(part)),
        }
        Ok(None)
    }
}
