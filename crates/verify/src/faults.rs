//! The faults of a session: brought about through a control, remembered, and undone.

use std::time::Duration;

use anyhow::Result;

use crate::control::Control;
use crate::fault::{Change, Fault, FaultKind};
use crate::finding::Finding;
use ledger::shutdown_report::ShutdownReport;
use scenario::step::Write;

/// Brings faults about, and remembers what is not undone yet.
///
/// A fault is remembered before it is brought about, because somebody who is interrupted meanwhile does not know whether it was;
/// and it is forgotten after it was undone.
#[derive(Debug)]
pub(crate) struct Faults<'a, C> {
    control: &'a mut C,
    /// In the order in which they were brought about.
    open: Vec<Fault>,
    /// How many of them are older than the current step.
    earlier: usize,
}

/// What became of undoing.
#[derive(Debug, Default)]
pub(crate) struct Undone {
    /// Parts that run again.
    pub(crate) started: Vec<String>,
    /// What could not be undone.
    pub(crate) findings: Vec<Finding>,
}

impl<'a, C: Control> Faults<'a, C> {
    pub(crate) fn new(control: &'a mut C) -> Self {
        Self { control, open: Vec::new(), earlier: 0 }
    }

    /// Whether the control can bring faults about.
    pub(crate) fn are_possible(&self) -> bool {
        self.control.is_able()
    }

    /// A step begins: what follows belongs to it.
    pub(crate) async fn step_begins(&mut self, caption: &str) -> Result<()> {
        self.earlier = self.open.len();
        self.control.begins(caption).await
    }

    /// Stops a part until the step ends; a service's shutdown report is returned.
    pub(crate) async fn stop(&mut self, part: &str) -> Result<Option<ShutdownReport>> {
        self.open.push(Fault::new(part, Change::Stopped));
        self.control.stop(part).await
    }

    /// Starts a stopped part before the step ends.
    pub(crate) async fn start(&mut self, part: &str) -> Result<()> {
        self.control.start(part).await?;
        self.open.retain(|fault| !(fault.part == part && fault.change == Change::Stopped));
        Ok(())
    }

    /// Kills a part, which stays dead until the session ends.
    pub(crate) async fn kill(&mut self, part: &str) -> Result<()> {
        self.open.push(Fault::new(part, Change::Killed));
        self.control.kill(part).await
    }

    /// Pauses a part for a while, which may be longer than the step.
    pub(crate) async fn pause(&mut self, part: &str, duration: Duration) -> Result<()> {
        self.open.push(Fault::new(part, Change::Paused));
        self.control.pause(part, duration).await
    }

    /// Writes a file, which keeps its new text until the session ends.
    pub(crate) async fn write(&mut self, Write { part, file, text }: &Write) -> Result<()> {
        let former = self.control.read(part, file).await?;
        self.open.push(Fault::new(part, Change::Written { file: file.clone(), former }));
        self.control.write(part, file, Some(text)).await
    }

    /// Undoes what the step did: what lasts for one step only, and everything else as well if the step failed. Killed parts
    /// stay dead.
    pub(crate) async fn step_ends(&mut self, failed: bool) -> Undone {
        let mut undone = self.undo(|kind| kind == FaultKind::Stopped).await;
        if failed || !undone.findings.is_empty() {
            let rest = self.undo(|kind| matches!(kind, FaultKind::Paused | FaultKind::Written)).await;
            undone.findings.extend(rest.findings);
        }
        undone
    }

    /// Undoes everything that is left, unless the parts end with the run anyway.
    pub(crate) async fn session_ends(&mut self) -> Vec<Finding> {
        self.earlier = 0;
        if self.control.parts_outlive_the_run() { self.undo(|_| true).await.findings } else { Vec::new() }
    }

    /// Undoes faults of the current step, the latest first. What fails is kept for the end of the session.
    async fn undo(&mut self, is_due: impl Fn(FaultKind) -> bool) -> Undone {
        let mut undone = Undone::default();
        for at in (self.earlier..self.open.len()).rev() {
            if !is_due(self.open[at].kind()) {
                continue;
            }
            let fault = &self.open[at];
            match fault.undo(self.control).await {
                Ok(()) => {
                    let Fault { part, change } = self.open.remove(at);
                    undone.started.extend(matches!(change, Change::Stopped | Change::Killed).then_some(part));
                }
                Err(error) => {
                    let (part, fault) = (fault.part.clone(), fault.kind());
                    undone.findings.push(Finding::NotUndone { part, fault, error: format!("{error:#}") });
                }
            }
        }
        undone
    }
}
