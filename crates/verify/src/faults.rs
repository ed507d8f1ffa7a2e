//! The faults of a step: parts stopped, killed or frozen, and the books kept right about it.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::control::Control;
use super::drive::Driven;
use super::session::Session;
use scenario::Step;
use scenario::step::Write;

impl<C: Control> Session<'_, C> {
    /// Brings the step's faults about; nothing may be under way, else the counts of the part would be lost with it.
    pub(super) async fn before(&mut self, step: &Step) -> Result<()> {
        if let Some(Write { part, file, text }) = &step.write {
            self.control.write(part, file, text).await?;
        }
        if step.without.is_empty() && step.kill.is_empty() && step.terminate.is_none() {
            return self.hold(step).await;
        }
        let last = self.settled().await.context("before the step's fault")?.sweep;
        for part in &step.without {
            let report = self.control.stop(part).await?;
            self.books.close(part, &last, report.as_ref());
        }
        for part in &step.kill {
            self.books.close(part, &last, None);
            self.control.kill(part).await?;
        }
        self.hold(step).await
    }

    async fn hold(&mut self, step: &Step) -> Result<()> {
        match &step.hold {
            Some((part, ms)) => self.control.hold(part, Duration::from_millis(*ms)).await,
            None => Ok(()),
        }
    }

    /// Drives a step whose service is told to end while its requests are under way.
    pub(super) async fn under_termination(&mut self, step: &Step, part: &str) -> Result<Driven> {
        let last = self.reader.sweep(&self.books.dead).await?;
        let (client, topology) = (self.client.clone(), self.topology.clone());
        let (under_way, patience) = (step.clone(), self.patience);
        let drive = tokio::spawn(async move { super::session::drive(&client, &topology, &under_way, patience).await });
        self.wait_until_live(part).await?;
        let report = self.control.stop(part).await?;
        if report.is_none() {
            self.books.silent.insert(part.to_owned());
        }
        self.books.close(part, &last, report.as_ref());
        let driven = drive.await.context("the requests of the step")??;
        self.control.start(part).await?;
        self.books.reopen(part);
        Ok(driven)
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
            anyhow::ensure!(Instant::now() < deadline, "no request reached {part} within {} s", patience.as_secs());
        }
    }

    /// Starts again what the step was without.
    pub(super) async fn after(&mut self, step: &Step) -> Result<()> {
        for part in &step.without {
            self.control.start(part).await?;
            self.books.reopen(part);
        }
        Ok(())
    }
}
