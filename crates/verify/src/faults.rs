//! The faults of a session: caused through a control, recorded, and undone.

use anyhow::{Context as _, Result};

use crate::control::{Control, Operation};
use crate::fault_kind::FaultKind;
use crate::finding::Finding;
use crate::problem::Problem;
use ledger::shutdown_report::ShutdownReport;
use scenario::step::Write;

/// Causes faults, and records those that are not undone yet.
///
/// A fault is recorded before it is caused, because an interruption can come before or after it takes effect. It is removed
/// after it was undone.
#[derive(Debug)]
pub(crate) struct Faults<'a, C> {
    /// Without a control, another program runs the parts, and no fault can be caused.
    control: Option<&'a mut C>,
    /// In the order in which they were caused.
    open: Vec<Fault>,
    /// How many of them are older than the current step.
    earlier: usize,
}

/// A fault of a part that is not undone yet.
#[derive(Debug)]
struct Fault {
    part: String,
    kind: FaultKind,
    /// Undoing it twice does no harm.
    undo: Operation,
}

/// The parts that were started again, and what could not be undone.
#[derive(Debug, Default)]
pub(crate) struct Undone {
    pub(crate) started: Vec<String>,
    pub(crate) findings: Vec<Finding>,
}

impl<'a, C: Control> Faults<'a, C> {
    pub(crate) fn new(control: Option<&'a mut C>) -> Self {
        Self { control, open: Vec::new(), earlier: 0 }
    }

    pub(crate) fn are_possible(&self) -> bool {
        self.control.is_some()
    }

    /// A step begins: the faults that follow belong to it.
    pub(crate) async fn step_begins(&mut self, caption: &str) -> Result<()> {
        self.earlier = self.open.len();
        match &mut self.control {
            Some(control) => control.step_begins(caption).await,
            None => Ok(()),
        }
    }

    /// Stops a part until the step ends. Returns the shutdown report of a service.
    pub(crate) async fn stop(&mut self, part: &str) -> Result<Option<ShutdownReport>> {
        let log = self.cause(part, FaultKind::Stopped, &Operation::Stop, Operation::Start).await?;
        let lines: Vec<String> = log.iter().flat_map(|log| log.lines()).map(str::to_owned).collect();
        Ok(ShutdownReport::from_log(&lines))
    }

    /// Starts a stopped part before the step ends.
    pub(crate) async fn start(&mut self, part: &str) -> Result<()> {
        self.perform(part, &Operation::Start).await?;
        self.open.retain(|fault| !(fault.part == part && fault.kind == FaultKind::Stopped));
        Ok(())
    }

    /// Kills a part, which stays dead until the session ends.
    pub(crate) async fn kill(&mut self, part: &str) -> Result<()> {
        self.cause(part, FaultKind::Killed, &Operation::Kill, Operation::Start).await.map(drop)
    }

    /// Pauses a part for a time that may be longer than the step.
    pub(crate) async fn pause(&mut self, part: &str, ms: u64) -> Result<()> {
        self.cause(part, FaultKind::Paused, &Operation::Pause { ms }, Operation::Resume).await.map(drop)
    }

    /// Writes a file, which keeps its new text until the session ends.
    pub(crate) async fn write(&mut self, Write { part, file, text }: &Write) -> Result<()> {
        let former = self.perform(part, &Operation::Read { file: file.clone() }).await?;
        let write = |text| Operation::Write { file: file.clone(), text };
        self.cause(part, FaultKind::Written, &write(Some(text.clone())), write(former)).await.map(drop)
    }

    /// Undoes what lasts for one step only, and everything else of the step if it failed. Killed parts stay dead.
    pub(crate) async fn step_ends(&mut self, failed: bool) -> Undone {
        let mut undone = self.undo(|kind| kind == FaultKind::Stopped).await;
        if failed || !undone.findings.is_empty() {
            let others = self.undo(|kind| matches!(kind, FaultKind::Paused | FaultKind::Written)).await;
            undone.findings.extend(others.findings);
        }
        undone
    }

    /// Undoes every fault that is left, unless the parts end with the run. Returns what could not be undone.
    pub(crate) async fn session_ends(&mut self) -> Vec<Finding> {
        self.earlier = 0;
        let outlived = self.control.as_ref().is_some_and(|control| control.parts_outlive_the_run());
        if outlived { self.undo(|_| true).await.findings } else { Vec::new() }
    }

    /// Undoes faults of the current step, the latest first. A fault that could not be undone is kept for the end of the session.
    async fn undo(&mut self, is_due: impl Fn(FaultKind) -> bool) -> Undone {
        let mut undone = Undone::default();
        for at in (self.earlier..self.open.len()).rev() {
            if !is_due(self.open[at].kind) {
                continue;
            }
            let (part, undo) = (self.open[at].part.clone(), self.open[at].undo.clone());
            match self.perform(&part, &undo).await {
                Ok(_) => {
                    self.open.remove(at);
                    undone.started.extend((undo == Operation::Start).then_some(part));
                }
                Err(error) => {
                    let fault = self.open[at].kind;
                    let problem = Problem::NotUndone { part, fault, error: format!("{error:#}") };
                    undone.findings.push(problem.into());
                }
            }
        }
        undone
    }

    async fn cause(
        &mut self,
        part: &str,
        kind: FaultKind,
        operation: &Operation,
        undo: Operation,
    ) -> Result<Option<String>> {
        self.open.push(Fault { part: part.to_owned(), kind, undo });
        self.perform(part, operation).await
    }

    async fn perform(&mut self, part: &str, operation: &Operation) -> Result<Option<String>> {
        let control = self.control.as_mut().with_context(|| format!("no control over {part}"))?;
        control.perform(part, operation).await
    }
}
