//! Settling: sweeps are repeated until one balances and the store agrees, with a deadline and a diagnosis.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use trace_assert::{Span, Trace};

use super::counts::EndedSpan;
use super::finding::LedgerFinding;
use super::patience::Patience;
use super::pending::Pending;
use super::read_error::ReadError;
use super::standstill::Standstill;
use super::store::Store;
use super::sweep::{Reader, Sweep};
use super::total::Total;
use super::{Account, Books, Waiting, balance, pending};

/// How often the counters are read while something is under way.
const BETWEEN_SWEEPS: Duration = Duration::from_millis(50);

/// A run whose spans have all arrived, or are known to be lost.
#[derive(Debug, Clone)]
pub struct Settled {
    /// What every hop counted.
    pub account: Account,
    /// How it adds up.
    pub total: Total,
    /// Everything that the store holds of the run.
    pub traces: Vec<Trace>,
    /// The sweep that balanced.
    pub sweep: Sweep,
    /// What was waited for, the latest entries.
    pub waited_for: Vec<Pending>,
}

/// Why a run did not settle.
#[derive(Debug, thiserror::Error)]
pub enum Unsettled {
    /// Something was still under way at the deadline.
    #[error("not settled after {} s: {}", waited.as_secs(), pending::told(pending))]
    UnderWay {
        /// How long it was waited for.
        waited: Duration,
        /// What was under way.
        pending: Vec<Pending>,
        /// What every hop counted, as far as it could be read.
        account: Box<Account>,
    },
    /// A part cannot be read.
    #[error("the ledger cannot be read: {}", .0.told())]
    Unreadable(#[source] ReadError),
}

impl From<&Unsettled> for LedgerFinding {
    fn from(unsettled: &Unsettled) -> Self {
        match unsettled {
            Unsettled::UnderWay { waited, pending, .. } => {
                Self::NotSettled { seconds: waited.as_secs(), pending: pending.clone() }
            }
            Unsettled::Unreadable(error) => Self::Unreadable { part: error.part().to_owned(), error: error.told() },
        }
    }
}

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
    /// Baseline and lives.
    pub books: &'a Books,
    /// When the baseline was taken.
    pub since: jiff::Timestamp,
    /// Spans that had ended by then.
    pub before: &'a BTreeSet<EndedSpan>,
    /// When to give up.
    pub patience: Patience,
}

/// Sweeps until one balances; `narrate` is told what is under way whenever that changes.
///
/// # Errors
/// When the deadline passes, or a part cannot be read.
pub async fn settle(scope: &Scope<'_>, narrate: impl Fn(Duration, &[Pending])) -> Result<Settled, Unsettled> {
    let start = Instant::now();
    let mut readable = start;
    let (mut said, mut history) = (Vec::new(), History::default());
    let mut waiting = scope.reader.waiting();
    let mut standstill = Standstill::default();
    // Impatient at first, so that what waits behind a frozen part is told; then a slow part gets its time.
    let mut haste = Duration::from_secs(1);
    let mut ticks = interval(BETWEEN_SWEEPS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let open = match attempt(scope, &scope.reader.within(haste), &mut waiting, &mut standstill).await {
            Ok(Ok(settled)) => return Ok(Settled { waited_for: history.0, ..settled }),
            Ok(Err(open)) => {
                readable = Instant::now();
                open
            }
            Err(error) if !error.is_timeout() && readable.elapsed() > scope.patience.for_a_listener() => {
                return Err(Unsettled::Unreadable(error));
            }
            Err(error) => {
                standstill.lose();
                let open = glimpsed(scope, &scope.reader.within(haste), &error, &mut waiting).await;
                haste = (haste * 2).min(scope.patience.deadline);
                open
            }
        };
        if open.pending != said {
            narrate(start.elapsed(), &open.pending);
            history.note(&open.pending);
            said.clone_from(&open.pending);
        }
        if start.elapsed() > scope.patience.deadline {
            let Open { pending, account } = open;
            return Err(Unsettled::UnderWay { waited: start.elapsed(), pending, account: Box::new(account) });
        }
    }
}

/// An account that is not final, and what keeps it from being so.
struct Open {
    pending: Vec<Pending>,
    account: Account,
}

/// One sweep: settled, or what is under way.
async fn attempt(
    scope: &Scope<'_>,
    reader: &Reader,
    waiting: &mut Waiting,
    standstill: &mut Standstill,
) -> Result<Result<Settled, Open>, ReadError> {
    let sweep = reader.sweep(&scope.books.dead).await?;
    let account = scope.books.account(&sweep);
    let pending = balance::pending(&account, &scope.books.dead, waiting);
    standstill.see(Instant::now(), &account, &pending);
    let stands = standstill.holds(Instant::now(), scope.patience.for_a_standstill(), &account, &pending);
    if !pending.is_empty() && !stands {
        return Ok(Err(Open { pending, account }));
    }
    let mut traces = scope.store.traces(scope.since).await?;
    traces.retain(|trace| !began_before(trace, scope.before));
    let total = Total::of(&account, &sweep, scope.before, &traces);
    if total.is_of_one_moment() {
        Ok(Ok(Settled { account, total, traces, sweep, waited_for: Vec::new() }))
    } else {
        Ok(Err(Open { pending: vec![Pending::StillArriving], account }))
    }
}

/// What is under way in the parts that do answer, behind what the one that does not said.
async fn glimpsed(scope: &Scope<'_>, reader: &Reader, error: &ReadError, waiting: &mut Waiting) -> Open {
    let account = scope.books.account(&reader.glimpse(&scope.books.dead).await);
    let idle = balance::idle(&account, &scope.books.dead, waiting);
    Open { pending: std::iter::once(Pending::from(error)).chain(idle).collect(), account }
}

/// Whether a trace was finished when the baseline was taken.
fn began_before(trace: &Trace, before: &BTreeSet<EndedSpan>) -> bool {
    let known =
        |span: &Span| before.iter().any(|ended| (ended.trace_id, ended.span_id) == (span.trace_id, span.span_id));
    trace.spans.iter().any(known)
}
