//! Settling: sweeps are repeated until one balances and the store agrees, with a deadline and a diagnosis.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use trace_assert::{Span, Trace};

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

/// How often the counters are read while something is under way.
const BETWEEN_SWEEPS: Duration = Duration::from_millis(50);

/// What was waited for while a run settled: the latest entries, each once.
#[derive(Debug, Default)]
struct History(Vec<Pending>);

impl History {
    /// How many entries are kept.
    const KEPT: usize = 100;

    fn note(&mut self, pending: &[Pending]) {
        self.0.extend(pending.iter().filter(|one| !self.0.contains(one)).cloned().collect::<Vec<_>>());
        let surplus = self.0.len().saturating_sub(Self::KEPT);
        self.0.drain(..surplus);
    }
}

/// What settling needs to know.
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

/// Sweeps until one balances; `narrate` is told what is under way whenever that changes.
///
/// # Errors
/// When the deadline passes, or a part cannot be read.
pub async fn settle(scope: &Scope<'_>, narrate: impl Fn(Duration, &[Pending])) -> Result<Settled, Unsettled> {
    let start = Instant::now();
    let mut readable = start;
    let (mut said, mut history) = (Vec::new(), History::default());
    let mut tail_samplers = scope.reader.tail_sampler_state();
    let mut stall = StallDetector::default();
    // Impatient at first, so that what waits behind a frozen part is told; then a slow part gets its time.
    let mut haste = Duration::from_secs(1);
    let mut ticks = interval(BETWEEN_SWEEPS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let open = match attempt(scope, &scope.reader.within(haste), &mut tail_samplers, &mut stall).await {
            Ok(Ok(settled)) => return Ok(Settled { waited_for: history.0, ..settled }),
            Ok(Err(open)) => {
                readable = Instant::now();
                open
            }
            Err(error) if !error.is_timeout() && readable.elapsed() > scope.timeouts.for_a_listener() => {
                return Err(Unsettled::Unreadable(error));
            }
            Err(error) => {
                stall.reset();
                let open = glimpsed(scope, &scope.reader.within(haste), &error, &mut tail_samplers).await;
                haste = (haste * 2).min(scope.timeouts.deadline);
                open
            }
        };
        if open.pending != said {
            narrate(start.elapsed(), &open.pending);
            history.note(&open.pending);
            said.clone_from(&open.pending);
        }
        if start.elapsed() > scope.timeouts.deadline {
            let Open { pending, mut deltas } = open;
            let traces = scope.store.traces(scope.since).await.unwrap_or_default();
            deltas.is_stored = traces.iter().any(|trace| !began_before(trace, scope.before));
            return Err(Unsettled::UnderWay { waited: start.elapsed(), pending, deltas: Box::new(deltas) });
        }
    }
}

/// An deltas that is not final, and what keeps it from being so.
struct Open {
    pending: Vec<Pending>,
    deltas: CounterDeltas,
}

/// One sweep: settled, or what is under way.
async fn attempt(
    scope: &Scope<'_>,
    reader: &Reader,
    tail_samplers: &mut TailSamplerState,
    stall: &mut StallDetector,
) -> Result<Result<Settled, Open>, ReadError> {
    let sweep = reader.sweep(&scope.ledger.dead).await?;
    let deltas = scope.ledger.deltas(&sweep);
    let pending = balance::pending(&deltas, &scope.ledger.dead, tail_samplers);
    stall.observe(Instant::now(), &deltas, &pending);
    let stands = stall.has_lasted(Instant::now(), scope.timeouts.for_a_standstill(), &deltas, &pending);
    if !pending.is_empty() && !stands {
        return Ok(Err(Open { pending, deltas }));
    }
    let mut traces = scope.store.traces(scope.since).await?;
    traces.retain(|trace| !began_before(trace, scope.before));
    let total = Total::new(&deltas, &sweep, scope.before, &traces);
    if total.is_of_one_moment() {
        Ok(Ok(Settled { deltas, total, traces, sweep, waited_for: Vec::new() }))
    } else {
        Ok(Err(Open { pending: vec![Pending::StillArriving], deltas }))
    }
}

/// What is under way in the parts that do answer, behind what the one that does not said.
async fn glimpsed(scope: &Scope<'_>, reader: &Reader, error: &ReadError, tail_samplers: &mut TailSamplerState) -> Open {
    let deltas = scope.ledger.deltas(&reader.glimpse(&scope.ledger.dead).await);
    let idle = balance::idle(&deltas, &scope.ledger.dead, tail_samplers);
    Open { pending: std::iter::once(Pending::from(error)).chain(idle).collect(), deltas }
}

/// Whether a trace was finished when the baseline was taken.
fn began_before(trace: &Trace, before: &BTreeSet<EndedSpan>) -> bool {
    let known =
        |span: &Span| before.iter().any(|ended| (ended.trace_id, ended.span_id) == (span.trace_id, span.span_id));
    trace.spans.iter().any(known)
}
