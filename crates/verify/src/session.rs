//! A session: baseline, steps, settling and proof, in that order.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result};
use trace_assert::Trace;

use super::control::Control;
use super::drive::{self, Driven};
use super::prometheus::Prometheus;
use super::rest::at_rest;
use super::share::Confidence;
use super::{CheckError, SkipReason, StepResult, prove, say};
use crate::narrator::Narrator;
use ledger::ended_span::EndedSpan;
use ledger::sampler_state;
use ledger::settle::Scope;
use ledger::store::Store;
use ledger::timeouts::Timeouts;
use ledger::{Ledger, Reader, Settled, Unsettled, settle};
use scenario::topology::Topology;
use scenario::{Action, Amount, Play, Step};

/// A check of one play against parts that are running.
#[expect(missing_debug_implementations, reason = "a narrator need not be printable")]
pub struct Session<'a, C> {
    pub(super) play: &'a Play,
    pub(super) topology: &'a Topology,
    pub(super) client: reqwest::Client,
    pub(super) reader: Reader,
    pub(super) store: Store,
    pub(super) books: Ledger,
    pub(super) control: &'a mut C,
    narrator: &'a dyn Narrator,
    pub(super) patience: Timeouts,
    confidence: Confidence,
    since: jiff::Timestamp,
    before: BTreeSet<EndedSpan>,
    metrics: Vec<f64>,
}

/// What a check found.
#[derive(Debug)]
pub struct Findings {
    /// Everything that was checked, in order.
    pub outcomes: Vec<StepResult>,
    /// The closed ledger, or why it did not close.
    pub ledger: Result<Settled, Unsettled>,
    /// Every trace of the run that the store has, as far as it could be read.
    pub traces: Vec<Trace>,
}

/// One step and what it brought; an error is a complaint of its own.
pub(super) type Done<'a> = (&'a Step, Result<Driven, Skip>);

/// Why a step brought nothing.
#[derive(Debug)]
pub(super) enum Skip {
    Unable,
    Broken(anyhow::Error),
}

impl<'a, C: Control> Session<'a, C> {
    /// Takes the baseline, once the parts are at rest.
    ///
    /// # Errors
    /// When a part does not answer, or the parts do not come to rest.
    pub async fn open(
        play: &'a Play,
        topology: &'a Topology,
        control: &'a mut C,
        narrator: &'a dyn Narrator,
        deadline: Duration,
        confidence: Confidence,
    ) -> Result<Self, CheckError> {
        let patience = Timeouts { deadline };
        let client = client(patience)?;
        let reader = Reader::new(client.clone(), topology.clone(), play, patience.for_an_answer());
        let base = topology.url("jaeger", "query", "").context("the store")?;
        let store = Store::new(client.clone(), base);
        let since = jiff::Timestamp::now();
        let sweep = at_rest(&reader, patience).await.map_err(CheckError::NotReady)?;
        let books = Ledger::new(&sweep, reader.hops());
        let before = sweep.ended.into_values().flatten().collect();
        let mut session = Self {
            play,
            topology,
            client,
            reader,
            store,
            books,
            control,
            narrator,
            patience,
            confidence,
            since,
            before,
            metrics: Vec::new(),
        };
        session.metrics = session.metric_baseline().await.map_err(CheckError::NotReady)?;
        Ok(session)
    }

    /// Drives every step, settles and proves.
    ///
    /// # Errors
    /// When the lab itself fails; what the play's parts do wrong is in the findings.
    pub async fn check(mut self) -> Result<Findings, CheckError> {
        let play = self.play;
        let mut done: Vec<Done<'_>> = Vec::new();
        for step in &play.steps {
            self.narrator.step_begins(&step.caption);
            done.push((step, self.step(step).await));
        }
        let ledger = self.settled().await;
        let mut outcomes = match &ledger {
            Ok(settled) => prove::everything(play, &done, settled, self.confidence),
            Err(_) => done.iter().map(|(step, _)| StepResult::skipped(&step.caption, SkipReason::LedgerOpen)).collect(),
        };
        let skipped = done.iter().any(|(_, driven)| matches!(driven, Err(Skip::Unable)));
        outcomes.extend(self.metric_outcomes(skipped).await?);
        let traces = match &ledger {
            Ok(settled) => settled.traces.clone(),
            Err(_) => self.store.traces(self.since).await.unwrap_or_default(),
        };
        Ok(Findings { outcomes, ledger, traces })
    }

    async fn step(&mut self, step: &Step) -> Result<Driven, Skip> {
        if step.has_fault() && !self.control.is_able() {
            return Err(Skip::Unable);
        }
        let driven = async {
            self.control.begins(&step.caption).await?;
            self.before(step).await?;
            let mut driven = match &step.terminate {
                Some(part) => self.under_termination(step, part).await?,
                None => drive(&self.client, self.topology, step, self.patience).await?,
            };
            self.books.published += driven.delivered;
            // Before anything is started again: a new process may have been served something else.
            if !driven.answers.is_empty() {
                driven.samplers = sampler_state::ask(&self.client, self.topology).await;
            }
            self.after(step).await?;
            Ok(driven)
        };
        driven.await.map_err(Skip::Broken)
    }

    /// Settles, and tells what is in flight.
    pub(super) async fn settled(&self) -> Result<Settled, Unsettled> {
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

    fn prometheus(&self) -> Result<Prometheus> {
        Ok(Prometheus::new(self.client.clone(), self.topology.url("prometheus", "web", "")?))
    }

    async fn metric_baseline(&self) -> Result<Vec<f64>> {
        let mut baseline = Vec::new();
        for metric in &self.play.metrics {
            baseline.push(self.prometheus()?.value(&metric.query).await?);
        }
        Ok(baseline)
    }

    /// A metric that grows with the steps says nothing when steps were skipped.
    async fn metric_outcomes(&self, skipped: bool) -> Result<Vec<StepResult>> {
        let mut outcomes = Vec::new();
        for (metric, baseline) in self.play.metrics.iter().zip(&self.metrics) {
            if skipped && matches!(metric.expected, Amount::Increase(_)) {
                outcomes.push(StepResult::skipped(&metric.caption, SkipReason::CountsSkippedSteps));
                continue;
            }
            let finding = self.prometheus()?.settles(metric, *baseline, self.patience.for_a_metric()).await?;
            outcomes.push(StepResult::plain(&metric.caption, finding.into_iter().collect()));
        }
        Ok(outcomes)
    }
}

/// Does what a step says.
pub(super) async fn drive(
    client: &reqwest::Client,
    topology: &Topology,
    step: &Step,
    patience: Timeouts,
) -> Result<Driven> {
    match &step.action {
        Action::Get(get) if get.until => drive::get_until(client, topology, get, &step.check, patience).await,
        Action::Get(get) => drive::get(client, topology, get).await,
        Action::WebSocket(say) => say::say(topology, say, patience).await,
        Action::Redis { command, until } => {
            let wanted = step.check.answer.as_ref().filter(|_| *until);
            drive::redis(topology, command, wanted, patience).await
        }
    }
}

fn client(patience: Timeouts) -> Result<reqwest::Client> {
    let builder = reqwest::Client::builder().connect_timeout(patience.for_a_connection());
    builder.timeout(patience.for_a_request()).no_proxy().build().context("the HTTP client")
}
