//! Settling: sweeps are repeated until one balances and the store agrees, with a deadline and a diagnosis.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use trace_assert::Trace;

use crate::balance;
use crate::counter_deltas::CounterDeltas;
use crate::ended_span::EndedSpan;
use crate::ledger::Ledger;
use crate::pending::Pending;
use crate::read_error::ReadError;
use crate::reader::Reader;
use crate::settled::Settled;
use crate::stall_detector::StallDetector;
use crate::store::Store;
use crate::sweep::Sweep;
use crate::tail_sampler_state::TailSamplerState;
use crate::timeouts::Timeouts;
use crate::total::Total;
use crate::unsettled::Unsettled;

/// How often the counters are read while something is in flight.
const BETWEEN_SWEEPS: Duration = Duration::from_millis(50);

/// How many of the latest things that were in flight are kept for the report.
const KEPT: usize = 100;

/// What settling needs.
#[derive(Debug)]
pub struct Scope<'a> {
    /// Reads the counters.
    pub reader: &'a Reader,
    /// Reads the traces.
    pub store: &'a Store,
    /// Baseline and incarnations.
    pub ledger: &'a Ledger,
    /// When the baseline was taken.
    pub since: jiff::Timestamp,
    /// Spans that had ended by then.
    pub ended_before: &'a BTreeSet<EndedSpan>,
    /// When to give up.
    pub timeouts: Timeouts,
}

/// What a sweep shows.
enum Attempt {
    Settled(Box<Total>, Vec<Trace>),
    Pending(Vec<Pending>),
}

/// Sweeps until one balances; `report_pending` gets what is in flight whenever that changes.
///
/// # Errors
/// When the deadline passes, or a part cannot be read.
pub async fn settle(scope: &Scope<'_>, report_pending: impl Fn(Duration, &[Pending])) -> Result<Settled, Unsettled> {
    let start = Instant::now();
    let mut settling = Settling::new(scope, start);
    let (mut reported, mut waited_for): (Vec<Pending>, Vec<Pending>) = (Vec::new(), Vec::new());
    let mut ticks = interval(BETWEEN_SWEEPS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let (sweep, error) = scope.reader.read(&scope.ledger.dead, settling.timeout).await;
        let mut deltas = scope.ledger.deltas(&sweep);
        let pending = match settling.attempt(&sweep, &deltas, error).await? {
            Attempt::Settled(total, traces) => return Ok(Settled { deltas, total: *total, traces, sweep, waited_for }),
            Attempt::Pending(pending) => pending,
        };
        if pending != reported {
            report_pending(start.elapsed(), &pending);
            waited_for.extend(pending.iter().filter(|one| !waited_for.contains(one)).cloned().collect::<Vec<_>>());
            waited_for.drain(..waited_for.len().saturating_sub(KEPT));
            reported.clone_from(&pending);
        }
        if start.elapsed() > scope.timeouts.deadline {
            deltas.is_stored = !traces(scope).await.unwrap_or_default().is_empty();
            return Err(Unsettled::under_way(start.elapsed(), &pending, &deltas));
        }
    }
}

/// What is remembered from one sweep to the next.
struct Settling<'a> {
    scope: &'a Scope<'a>,
    tail_samplers: TailSamplerState,
    stall: StallDetector,
    /// When every part could be read.
    readable: Instant,
    /// How long a part may take to respond. Short at first, so that what waits behind a frozen part is shown; then a slow part
    /// gets its time.
    timeout: Duration,
}

impl<'a> Settling<'a> {
    fn new(scope: &'a Scope<'a>, readable: Instant) -> Self {
        let (tail_samplers, stall) = (scope.reader.tail_sampler_state(), StallDetector::default());
        Self { scope, tail_samplers, stall, readable, timeout: Duration::from_secs(1) }
    }

    /// What a sweep shows. A part that cannot be read keeps the run from settling until that is an error.
    async fn attempt(
        &mut self,
        sweep: &Sweep,
        deltas: &CounterDeltas,
        error: Option<ReadError>,
    ) -> Result<Attempt, ReadError> {
        let result = match error {
            Some(error) => Err(error),
            None => self.balanced(sweep, deltas).await,
        };
        let timeouts = self.scope.timeouts;
        match result {
            Ok(attempt) => {
                self.readable = Instant::now();
                Ok(attempt)
            }
            Err(error) if !error.is_timeout() && self.readable.elapsed() > timeouts.for_a_listener() => Err(error),
            Err(error) => {
                self.stall = StallDetector::default();
                self.timeout = (self.timeout * 2).min(timeouts.deadline);
                let idle = balance::idle(deltas, &self.scope.ledger.dead, &mut self.tail_samplers);
                Ok(Attempt::Pending(std::iter::once(Pending::from(&error)).chain(idle).collect()))
            }
        }
    }

    /// Whether the run has settled, as a sweep of every part and then the store show.
    async fn balanced(&mut self, sweep: &Sweep, deltas: &CounterDeltas) -> Result<Attempt, ReadError> {
        let Scope { ledger, timeouts, ended_before, .. } = self.scope;
        let pending = balance::pending(deltas, &ledger.dead, &mut self.tail_samplers);
        let is_stalled = self.stall.has_lasted(Instant::now(), timeouts.for_a_stall(), deltas, &pending);
        if !pending.is_empty() && !is_stalled {
            return Ok(Attempt::Pending(pending));
        }
        let traces = traces(self.scope).await?;
        let total = Total::new(deltas, sweep, ended_before, &traces);
        if !total.store_matches_sweep() {
            return Ok(Attempt::Pending(vec![Pending::StillArriving]));
        }
        Ok(Attempt::Settled(Box::new(total), traces))
    }
}

/// The traces of the run that are stored: none that was finished when the baseline was taken.
async fn traces(scope: &Scope<'_>) -> Result<Vec<Trace>, ReadError> {
    let ended_before: BTreeSet<_> = scope.ended_before.iter().map(|span| (span.trace_id, span.span_id)).collect();
    let mut traces = scope.store.traces(scope.since).await?;
    traces.retain(|trace| !trace.spans.iter().any(|span| ended_before.contains(&(span.trace_id, span.span_id))));
    Ok(traces)
}
