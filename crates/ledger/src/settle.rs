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
    pub before: &'a BTreeSet<EndedSpan>,
    /// When to give up.
    pub timeouts: Timeouts,
}

/// Sweeps until one balances; `narrate` gets what is in flight whenever that changes.
///
/// # Errors
/// When the deadline passes, or a part cannot be read.
pub async fn settle(scope: &Scope<'_>, narrate: impl Fn(Duration, &[Pending])) -> Result<Settled, Unsettled> {
    let (start, dead) = (Instant::now(), &scope.ledger.dead);
    let mut readable = start;
    let (mut shown, mut waited_for): (Vec<Pending>, Vec<Pending>) = (Vec::new(), Vec::new());
    let mut tail_samplers = scope.reader.tail_sampler_state();
    let mut stall = StallDetector::default();
    // Short at first, so that what waits behind a frozen part is shown; then a slow part gets its time.
    let mut timeout = Duration::from_secs(1);
    let mut ticks = interval(BETWEEN_SWEEPS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let (sweep, error) = scope.reader.read(dead, timeout).await;
        let mut deltas = scope.ledger.deltas(&sweep);
        let result = match error {
            Some(error) => Err(error),
            None => attempt(scope, &sweep, &deltas, &mut tail_samplers, &mut stall).await,
        };
        let pending = match result {
            Ok(Ok((total, traces))) => return Ok(Settled { deltas, total, traces, sweep, waited_for }),
            Ok(Err(pending)) => {
                readable = Instant::now();
                pending
            }
            Err(error) if !error.is_timeout() && readable.elapsed() > scope.timeouts.for_a_listener() => {
                return Err(error.into());
            }
            Err(error) => {
                stall = StallDetector::default();
                timeout = (timeout * 2).min(scope.timeouts.deadline);
                let idle = balance::idle(&deltas, dead, &mut tail_samplers);
                std::iter::once(Pending::from(&error)).chain(idle).collect()
            }
        };
        if pending != shown {
            narrate(start.elapsed(), &pending);
            waited_for.extend(pending.iter().filter(|one| !waited_for.contains(one)).cloned().collect::<Vec<_>>());
            waited_for.drain(..waited_for.len().saturating_sub(KEPT));
            shown.clone_from(&pending);
        }
        if start.elapsed() > scope.timeouts.deadline {
            deltas.is_stored = !traces(scope).await.unwrap_or_default().is_empty();
            return Err(Unsettled::under_way(start.elapsed(), &pending, &deltas));
        }
    }
}

/// Whether the run has settled, as a sweep and then the store show.
async fn attempt(
    scope: &Scope<'_>,
    sweep: &Sweep,
    deltas: &CounterDeltas,
    tail_samplers: &mut TailSamplerState,
    stall: &mut StallDetector,
) -> Result<Result<(Total, Vec<Trace>), Vec<Pending>>, ReadError> {
    let pending = balance::pending(deltas, &scope.ledger.dead, tail_samplers);
    let is_stalled = stall.has_lasted(Instant::now(), scope.timeouts.for_a_stall(), deltas, &pending);
    if !pending.is_empty() && !is_stalled {
        return Ok(Err(pending));
    }
    let traces = traces(scope).await?;
    let total = Total::new(deltas, sweep, scope.before, &traces);
    Ok(if total.is_of_one_moment() { Ok((total, traces)) } else { Err(vec![Pending::StillArriving]) })
}

/// The traces of the run that are stored: none that was finished when the baseline was taken.
async fn traces(scope: &Scope<'_>) -> Result<Vec<Trace>, ReadError> {
    let before: BTreeSet<_> = scope.before.iter().map(|span| (span.trace_id, span.span_id)).collect();
    let mut traces = scope.store.traces(scope.since).await?;
    traces.retain(|trace| !trace.spans.iter().any(|span| before.contains(&(span.trace_id, span.span_id))));
    Ok(traces)
}
