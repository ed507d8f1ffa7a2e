//! A session: baseline, steps, settling and proof, in that order; whatever happens, its faults are undone.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::task::AbortOnDropHandle;
use trace_assert::Trace;

use crate::case_proof;
use crate::control::Control;
use crate::driver::Driver;
use crate::faults::Faults;
use crate::finding::Finding;
use crate::idle::wait_until_idle;
use crate::metric_baseline::MetricBaseline;
use crate::problem::Problem;
use crate::proof::Proof;
use crate::report::Report;
use crate::significance_level::SignificanceLevel;
use crate::step_response::{Driven, StepResponse};
use crate::step_result::{SkipReason, StepResult};
use ledger::ended_span::EndedSpan;
use ledger::sampler_state;
use ledger::settle::Scope;
use ledger::store::Store;
use ledger::timeouts::Timeouts;
use ledger::{Ledger, Pending, Reader, Settled, Unsettled, settle};
use scenario::topology::Topology;
use scenario::{Case, Step};

/// What happens while a session runs.
#[derive(Debug)]
pub enum Progress<'a> {
    /// A step with this caption begins.
    Step(&'a str),
    /// The ledger is not settled: so much time has passed, and this is in flight.
    Settling(Duration, &'a [Pending]),
}

/// The parts are not ready for a check.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the environment is not ready")]
pub struct NotReady;

/// A check of one case against running parts.
#[expect(missing_debug_implementations, reason = "the function that reports progress cannot be printed")]
pub struct Session<'a, C> {
    case: &'a Case,
    driver: Driver,
    reader: Reader,
    store: Store,
    ledger: Ledger,
    faults: Faults<'a, C>,
    progress: &'a dyn Fn(Progress<'_>),
    timeouts: Timeouts,
    level: SignificanceLevel,
    since: jiff::Timestamp,
    ended_before: BTreeSet<EndedSpan>,
    metrics: Vec<MetricBaseline<'a>>,
}

impl<'a, C: Control> Session<'a, C> {
    /// Takes the baseline, once the parts are idle. Without a control, steps with faults are skipped.
    ///
    /// # Errors
    /// [`NotReady`] when a part does not respond, or the parts do not become idle; others when the topology lacks an address.
    pub async fn open(
        case: &'a Case,
        topology: &Topology,
        control: Option<&'a mut C>,
        progress: &'a dyn Fn(Progress<'_>),
        deadline: Duration,
        level: SignificanceLevel,
    ) -> Result<Self> {
        let timeouts = Timeouts { deadline };
        let driver = Driver::new(topology.clone(), timeouts)?;
        let client = || driver.client.clone();
        let reader = Reader::new(client(), topology, case, timeouts.for_a_response());
        let reader = reader.context("cannot find the counters of the parts")?;
        let store = Store::new(client(), topology.url("jaeger", "query", "")?);
        let since = jiff::Timestamp::now();
        let sweep = wait_until_idle(&reader, timeouts).await.context(NotReady)?;
        Ok(Self {
            case,
            ledger: Ledger::new(&sweep, reader.hops()),
            reader,
            store,
            faults: Faults::new(control),
            progress,
            timeouts,
            level,
            since,
            ended_before: sweep.ended(),
            metrics: MetricBaseline::read(case, &client(), topology).await.context(NotReady)?,
            driver,
        })
    }

    /// Drives every step, settles, proves, and undoes the faults that are left.
    ///
    /// A caller that drops the future must call [`Session::undo_faults`].
    ///
    /// # Errors
    /// When the lab itself fails; what the case's parts do wrong is in the report.
    pub async fn check(&mut self) -> Result<Report> {
        let checked = self.results().await;
        let not_undone = self.undo_faults().await;
        let (mut results, settled, traces) = checked.map_err(|error| with_findings(error, &not_undone))?;
        if !not_undone.is_empty() {
            results.push(StepResult::plain("every fault is undone", not_undone));
        }
        Ok(Report::new(self.case, results, &settled, traces))
    }

    /// Undoes every fault that is left, if the parts go on after the run. Returns what could not be undone.
    pub async fn undo_faults(&mut self) -> Vec<Finding> {
        self.faults.session_ends().await
    }

    async fn results(&mut self) -> Result<(Vec<StepResult>, Result<Settled, Unsettled>, Vec<Trace>)> {
        let case = self.case;
        let mut driven: Vec<Driven<'_>> = Vec::new();
        for step in &case.steps {
            (self.progress)(Progress::Step(&step.caption));
            driven.push((step, self.perform_step(step).await));
        }
        let settled = self.settled().await;
        let (mut results, traces) = match &settled {
            Ok(settled) => {
                (case_proof::results(case, &driven, Proof::new(settled, self.level)), settled.traces.clone())
            }
            Err(_) => {
                let skipped = case.steps.iter().map(|step| StepResult::skipped(&step.caption, SkipReason::NotSettled));
                (skipped.collect(), self.store.traces(self.since).await.unwrap_or_default())
            }
        };
        let is_skipped = |(_, response): &Driven<'_>| matches!(response, Err(result) if result.skipped.is_some());
        let skipped = driven.iter().any(is_skipped);
        for metric in &self.metrics {
            results.push(metric.result(skipped, self.timeouts.for_a_metric()).await?);
        }
        Ok((results, settled, traces))
    }

    async fn perform_step(&mut self, step: &Step) -> Result<StepResponse, Box<StepResult>> {
        if step.has_fault() && !self.faults.are_possible() {
            return Err(Box::new(StepResult::skipped(&step.caption, SkipReason::NeedsControl)));
        }
        let response = self.with_faults(step).await;
        let mut undone = self.faults.step_ends(response.is_err()).await;
        for part in std::mem::take(&mut undone.started) {
            self.reopen(&part).await;
        }
        if let Err(error) = &response {
            undone.findings.insert(0, Problem::StepFailed { error: format!("{error:#}") }.into());
        }
        match response {
            Ok(response) if undone.findings.is_empty() => Ok(response),
            _ => Err(Box::new(StepResult::plain(&step.caption, undone.findings))),
        }
    }

    async fn with_faults(&mut self, step: &Step) -> Result<StepResponse> {
        self.faults.step_begins(&step.caption).await?;
        self.cause_faults(step).await?;
        let mut response = match &step.terminate {
            Some(part) => self.terminate_meanwhile(step, part).await?,
            None => self.driver.send_until_expected(step).await?,
        };
        self.ledger.published += response.delivered;
        // Before anything is started again: a new process may have been served something else.
        if !response.responses.is_empty() {
            response.samplers = sampler_state::query(&self.driver.client, &self.driver.topology).await;
        }
        Ok(response)
    }

    /// Causes the step's faults. Nothing may be in flight, else the counts of a part would be lost with it.
    async fn cause_faults(&mut self, step: &Step) -> Result<()> {
        if let Some(write) = &step.write {
            self.faults.write(write).await?;
        }
        if !step.stopped.is_empty() || !step.kill.is_empty() || step.terminate.is_some() {
            let last =
                self.settled().await.context("cannot cause the fault of the step before the ledger settles")?.sweep;
            for part in &step.stopped {
                let report = self.faults.stop(part).await?;
                self.ledger.close(part, &last, report.as_ref());
            }
            for part in &step.kill {
                self.ledger.close(part, &last, None);
                self.faults.kill(part).await?;
            }
        }
        match &step.pause {
            Some((part, ms)) => self.faults.pause(part, *ms).await,
            None => Ok(()),
        }
    }

    /// Drives a step whose service is terminated during its requests, and starts the service again.
    async fn terminate_meanwhile(&mut self, step: &Step, part: &str) -> Result<StepResponse> {
        let last = self.reader.sweep(&self.ledger.dead).await?;
        let (driver, owned) = (self.driver.clone(), step.clone());
        // It is aborted on an error, so that no request outlives its step.
        let requests = AbortOnDropHandle::new(tokio::spawn(async move { driver.send_until_expected(&owned).await }));
        self.wait_until_live(part).await?;
        let report = self.faults.stop(part).await?;
        if report.is_none() {
            self.ledger.silent.insert(part.to_owned());
        }
        self.ledger.close(part, &last, report.as_ref());
        let response = requests.await.context("the requests of the step failed")??;
        self.faults.start(part).await?;
        self.reopen(part).await;
        Ok(response)
    }

    /// Reads a part that was started again, so that another restart of it is noticed. A part that cannot be read is a gap in the
    /// ledger, and no failure of the step.
    async fn reopen(&mut self, part: &str) {
        let first = self.reader.started(part, self.timeouts.for_a_start()).await;
        self.ledger.reopen(part, first);
    }

    /// Waits until a service has a span that is started and not ended.
    async fn wait_until_live(&self, part: &str) -> Result<()> {
        let timeout = self.timeouts.for_an_arrival();
        let deadline = Instant::now() + timeout;
        let mut ticks = interval(Duration::from_millis(10));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // Of this part alone: on a slow machine a request is served sooner than all parts are read.
            if self.reader.live(part).await? > 0 {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{part} received no request within {} s", timeout.as_secs());
        }
    }

    /// Settles, and reports what is in flight.
    async fn settled(&self) -> Result<Settled, Unsettled> {
        let scope = Scope {
            reader: &self.reader,
            store: &self.store,
            ledger: &self.ledger,
            since: self.since,
            ended_before: &self.ended_before,
            timeouts: self.timeouts,
        };
        settle(&scope, |elapsed, pending| (self.progress)(Progress::Settling(elapsed, pending))).await
    }
}

/// An error, followed by what could not be undone.
#[must_use]
pub fn with_findings(error: anyhow::Error, not_undone: &[Finding]) -> anyhow::Error {
    not_undone.iter().fold(error, |error, finding| anyhow!("{error:#}; {finding}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault_kind::FaultKind;

    #[test]
    fn what_could_not_be_undone_follows_the_error_and_does_not_replace_it() {
        let (part, error) = ("users".to_owned(), "no answer".to_owned());
        let not_undone = [Problem::NotUndone { part, fault: FaultKind::Stopped, error }.into()];
        let text = with_findings(anyhow!("interrupted"), &not_undone).to_string();
        assert_eq!(text, "interrupted; cannot restart the stopped part users: no answer");
        assert_eq!(with_findings(anyhow!("interrupted"), &[]).to_string(), "interrupted");
    }
}
