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

/// Deltas that are not final, and what keeps them from being so.
struct Open {
    pending: Vec<Pending>,
    deltas: CounterDeltas,
}

/// Sweeps until one balances; `narrate` gets what is in flight whenever that changes.
///
/// # Errors
/// When the deadline passes, or a part cannot be read.
pub async fn settle(scope: &Scope<'_>, narrate: impl Fn(Duration, &[Pending])) -> Result<Settled, Unsettled> {
    let start = Instant::now();
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
        let reader = scope.reader.within(timeout);
        let open = match attempt(scope, &reader, &mut tail_samplers, &mut stall).await {
            Ok(Ok(settled)) => return Ok(Settled { waited_for, ..settled }),
            Ok(Err(open)) => {
                readable = Instant::now();
                open
            }
            Err(error) if !error.is_timeout() && readable.elapsed() > scope.timeouts.for_a_listener() => {
                return Err(Unsettled::Unreadable(error));
            }
            Err(error) => {
                stall.reset();
                timeout = (timeout * 2).min(scope.timeouts.deadline);
                glimpsed(scope, &reader, &error, &mut tail_samplers).await
            }
        };
        if open.pending != shown {
            narrate(start.elapsed(), &open.pending);
            waited_for.extend(
                open.pending.iter().filter(|pending| !waited_for.contains(pending)).cloned().collect::<Vec<_>>(),
            );
            waited_for.drain(..waited_for.len().saturating_sub(KEPT));
            shown.clone_from(&open.pending);
        }
        if start.elapsed() > scope.timeouts.deadline {
            let Open { pending, mut deltas } = open;
            deltas.is_stored = !traces(scope).await.unwrap_or_default().is_empty();
            return Err(Unsettled::UnderWay { waited: start.elapsed(), pending, deltas: Box::new(deltas) });
        }
    }
}

/// One sweep: settled, or what is in flight.
async fn attempt(
    scope: &Scope<'_>,
    reader: &Reader,
    tail_samplers: &mut TailSamplerState,
    stall: &mut StallDetector,
) -> Result<Result<Settled, Open>, ReadError> {
    let sweep = reader.sweep(&scope.ledger.dead).await?;
    let deltas = scope.ledger.deltas(&sweep);
    let pending = balance::pending(&deltas, &scope.ledger.dead, tail_samplers);
    let is_stalled = stall.has_lasted(Instant::now(), scope.timeouts.for_a_stall(), &deltas, &pending);
    if !pending.is_empty() && !is_stalled {
        return Ok(Err(Open { pending, deltas }));
    }
    let traces = traces(scope).await?;
    let total = Total::new(&deltas, &sweep, scope.before, &traces);
    Ok(if total.is_of_one_moment() {
        Ok(Settled { deltas, total, traces, waited_for: Vec::new(), sweep })
    } else {
        Err(Open { pending: vec![Pending::StillArriving], deltas })
    })
}

/// What is in flight in the parts that can be read, after the error of the part that cannot.
async fn glimpsed(scope: &Scope<'_>, reader: &Reader, error: &ReadError, tail_samplers: &mut TailSamplerState) -> Open {
    let deltas = scope.ledger.deltas(&reader.glimpse(&scope.ledger.dead).await);
    let idle = balance::idle(&deltas, &scope.ledger.dead, tail_samplers);
    Open { pending: std::iter::once(Pending::from(error)).chain(idle).collect(), deltas }
}

/// The traces of the run that are stored: none that was finished when the baseline was taken.
async fn traces(scope: &Scope<'_>) -> Result<Vec<Trace>, ReadError> {
    let before: BTreeSet<_> = scope.before.iter().map(|span| (span.trace_id, span.span_id)).collect();
    let mut traces = scope.store.traces(scope.since).await?;
    traces.retain(|trace| !trace.spans.iter().any(|span| before.contains(&(span.trace_id, span.span_id))));
    Ok(traces)
}
