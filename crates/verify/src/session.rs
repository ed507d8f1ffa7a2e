//! A session: baseline, steps, settling and proof, in that order; whatever happens, its faults are undone.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::task::AbortOnDropHandle;

use crate::check_error::CheckError;
use crate::control::Control;
use crate::driven_step::DrivenStep;
use crate::driver::Driver;
use crate::faults::Faults;
use crate::finding::Finding;
use crate::findings::Findings;
use crate::idle::wait_until_idle;
use crate::metric_baseline::MetricBaseline;
use crate::narrator::Narrator;
use crate::proof;
use crate::significance_level::SignificanceLevel;
use crate::step_error::StepError;
use crate::step_response::StepResponse;
use crate::step_result::{SkipReason, StepResult};
use ledger::ended_span::EndedSpan;
use ledger::read_error::ReadError;
use ledger::settle::Scope;
use ledger::store::Store;
use ledger::timeouts::Timeouts;
use ledger::{Ledger, Reader, Settled, Unsettled, settle};
use scenario::topology::Topology;
use scenario::{Case, Step};

/// A check of one case against parts that are running.
#[expect(missing_debug_implementations, reason = "a narrator need not be printable")]
pub struct Session<'a, C> {
    play: &'a Case,
    driver: Driver,
    reader: Reader,
    store: Store,
    books: Ledger,
    faults: Faults<'a, C>,
    narrator: &'a dyn Narrator,
    patience: Timeouts,
    level: SignificanceLevel,
    since: jiff::Timestamp,
    before: BTreeSet<EndedSpan>,
    metrics: MetricBaseline<'a>,
}

impl<'a, C: Control> Session<'a, C> {
    /// Takes the baseline, once the parts are idle.
    ///
    /// # Errors
    /// When a part does not answer, or the parts do not become idle.
    pub async fn open(
        play: &'a Case,
        topology: &Topology,
        control: &'a mut C,
        narrator: &'a dyn Narrator,
        deadline: Duration,
        level: SignificanceLevel,
    ) -> Result<Self, CheckError> {
        let patience = Timeouts { deadline };
        let driver = Driver::new(topology.clone(), patience)?;
        let reader = Reader::new(driver.client(), topology, play, patience.for_a_response());
        let reader = reader.context("cannot find the counters of the parts")?;
        let store = Store::new(driver.client(), topology.url("jaeger", "query", "").context("the store")?);
        let since = jiff::Timestamp::now();
        let sweep = wait_until_idle(&reader, patience).await.map_err(CheckError::NotReady)?;
        let metrics = MetricBaseline::read(&play.metrics, driver.client(), topology).await;
        Ok(Self {
            play,
            driver,
            books: Ledger::new(&sweep, reader.hops()),
            reader,
            store,
            faults: Faults::new(control),
            narrator,
            patience,
            level,
            since,
            before: sweep.ended(),
            metrics: metrics.map_err(CheckError::NotReady)?,
        })
    }

    /// Drives every step, settles, proves, and undoes the faults that are left.
    ///
    /// A caller that drops the future must call [`Session::undo_faults`].
    ///
    /// # Errors
    /// When the lab itself fails; what the case's parts do wrong is in the findings.
    pub async fn check(&mut self) -> Result<Findings, CheckError> {
        let found = self.findings().await;
        let not_undone = self.undo_faults().await;
        let mut found = match found {
            Ok(found) => found,
            Err(error) => return Err(error.and(&not_undone)),
        };
        if !not_undone.is_empty() {
            found.outcomes.push(StepResult::plain("every fault is undone", not_undone));
        }
        Ok(found)
    }

    /// Undoes every fault that is left, if the parts go on after the run. What could not be undone is returned.
    pub async fn undo_faults(&mut self) -> Vec<Finding> {
        self.faults.session_ends().await
    }

    async fn findings(&mut self) -> Result<Findings, CheckError> {
        let play = self.play;
        let mut driven: Vec<DrivenStep<'_>> = Vec::new();
        for step in &play.steps {
            self.narrator.step_begins(&step.caption);
            driven.push(DrivenStep { step, response: self.step(step).await });
        }
        let ledger = self.settled().await;
        let mut outcomes = match &ledger {
            Ok(settled) => proof::everything(play, &driven, settled, self.level),
            Err(_) => driven.iter().map(|one| StepResult::skipped(&one.step.caption, SkipReason::LedgerOpen)).collect(),
        };
        let skipped = driven.iter().any(|one| matches!(one.response, Err(StepError::Unsupported)));
        outcomes.extend(self.metrics.results(skipped, self.patience.for_a_metric()).await?);
        let traces = match &ledger {
            Ok(settled) => settled.traces.clone(),
            Err(_) => self.store.traces(self.since).await.unwrap_or_default(),
        };
        Ok(Findings { outcomes, ledger, traces })
    }

    async fn step(&mut self, step: &Step) -> Result<StepResponse, StepError> {
        if step.has_fault() && !self.faults.are_possible() {
            return Err(StepError::Unsupported);
        }
        let response = self.carry_out(step).await;
        let mut undone = self.faults.step_ends(response.is_err()).await;
        for part in std::mem::take(&mut undone.started) {
            if let Err(error) = self.reopen(&part).await {
                undone.findings.push(Finding::StepFailed { error: error.with_causes() });
            }
        }
        match response {
            Ok(response) if undone.findings.is_empty() => Ok(response),
            Ok(_) => Err(StepError::Failed(undone.findings)),
            Err(error) => {
                let failed = Finding::StepFailed { error: format!("{error:#}") };
                Err(StepError::Failed(std::iter::once(failed).chain(undone.findings).collect()))
            }
        }
    }

    async fn carry_out(&mut self, step: &Step) -> Result<StepResponse> {
        self.faults.step_begins(&step.caption).await?;
        self.bring_about_faults(step).await?;
        let mut response = match &step.terminate {
            Some(part) => self.drive_and_terminate(step, part).await?,
            None => self.driver.drive(step).await?,
        };
        self.books.published += response.delivered;
        // Before anything is started again: a new process may have been served something else.
        if !response.responses.is_empty() {
            response.samplers = self.driver.samplers().await;
        }
        Ok(response)
    }

    /// Brings the step's faults about; nothing may be under way, else the counts of the part would be lost with it.
    async fn bring_about_faults(&mut self, step: &Step) -> Result<()> {
        if let Some(write) = &step.write {
            self.faults.write(write).await?;
        }
        if !step.stopped.is_empty() || !step.kill.is_empty() || step.terminate.is_some() {
            let last = self.settled().await.context("before the step's fault")?.sweep;
            for part in &step.stopped {
                let report = self.faults.stop(part).await?;
                self.books.close(part, &last, report.as_ref());
            }
            for part in &step.kill {
                self.books.close(part, &last, None);
                self.faults.kill(part).await?;
            }
        }
        match &step.pause {
            Some((part, ms)) => self.faults.pause(part, Duration::from_millis(*ms)).await,
            None => Ok(()),
        }
    }

    /// Drives a step whose service is terminated while its requests are under way, and starts the service again.
    async fn drive_and_terminate(&mut self, step: &Step, part: &str) -> Result<StepResponse> {
        let last = self.reader.sweep(&self.books.dead).await?;
        let (driver, under_way) = (self.driver.clone(), step.clone());
        // It is aborted on an error, so that no request outlives its step.
        let requests = AbortOnDropHandle::new(tokio::spawn(async move { driver.drive(&under_way).await }));
        self.wait_until_live(part).await?;
        let report = self.faults.stop(part).await?;
        if report.is_none() {
            self.books.silent.insert(part.to_owned());
        }
        self.books.close(part, &last, report.as_ref());
        let response = requests.await.context("the requests of the step")??;
        self.faults.start(part).await?;
        self.reopen(part).await?;
        Ok(response)
    }

    /// Reads a part that was started again, so that another restart of it is noticed.
    async fn reopen(&mut self, part: &str) -> Result<(), ReadError> {
        let first = self.reader.started(part, self.patience.for_a_listener()).await;
        let (first, result) = first.map_or_else(|error| (None, Err(error)), |first| (first, Ok(())));
        self.books.reopen(part, first);
        result
    }

    async fn wait_until_live(&self, part: &str) -> Result<()> {
        let patience = self.patience.for_an_arrival();
        let deadline = Instant::now() + patience;
        let mut ticks = interval(Duration::from_millis(10));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // Of this part alone: on a slow machine a request is served sooner than all parts are read.
            if self.reader.live(part).await? > 0 {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "no request reached {part} within {} s", patience.as_secs());
        }
    }

    /// Settles, and tells what is in flight.
    async fn settled(&self) -> Result<Settled, Unsettled> {
        let scope = Scope {
            reader: &self.reader,
            store: &self.store,
            ledger: &self.books,
            since: self.since,
            before: &self.before,
            timeouts: self.patience,
        };
        settle(&scope, |elapsed, pending| {
            self.narrator.settling(elapsed, pending);
        })
        .await
    }
}
