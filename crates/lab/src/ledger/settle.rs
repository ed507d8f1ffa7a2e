//! Settling: sweeps are repeated until one balances and the store agrees, with a deadline and a diagnosis.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use trace_assert::{Span, Trace};

use super::counts::EndedSpan;
use super::patience::Patience;
use super::standstill::Standstill;
use super::store::Store;
use super::sweep::{Reader, Sweep};
use super::total::Total;
use super::{Account, Books, Waiting, balance};

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
}

/// Why a run did not settle.
#[derive(Debug, thiserror::Error)]
pub enum Unsettled {
    /// Something was still under way at the deadline.
    #[error("not settled after {} s: {}", waited.as_secs(), pending.join("; "))]
    UnderWay {
        /// How long it was waited for.
        waited: Duration,
        /// What was under way.
        pending: Vec<String>,
        /// What every hop counted, as far as it could be read.
        account: Box<Account>,
    },
    /// A part cannot be read.
    #[error("the ledger cannot be read: {0:#}")]
    Unreadable(anyhow::Error),
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
pub async fn settle(scope: &Scope<'_>, narrate: impl Fn(Duration, &[String])) -> Result<Settled, Unsettled> {
    let start = Instant::now();
    let mut readable = start;
    let mut said = Vec::new();
    let mut waiting = scope.reader.waiting();
    let mut standstill = Standstill::default();
    // Impatient at first, so that what waits behind a frozen part is told; then a slow part gets its time.
    let mut haste = Duration::from_secs(1);
    let mut ticks = interval(BETWEEN_SWEEPS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let open = match attempt(scope, &scope.reader.within(haste), &mut waiting, &mut standstill).await {
            Ok(Ok(settled)) => return Ok(settled),
            Ok(Err(open)) => {
                readable = Instant::now();
                open
            }
            Err(error) if is_gone(&error) && readable.elapsed() > scope.patience.for_a_listener() => {
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
    pending: Vec<String>,
    account: Account,
}

/// One sweep: settled, or what is under way.
async fn attempt(
    scope: &Scope<'_>,
    reader: &Reader,
    waiting: &mut Waiting,
    standstill: &mut Standstill,
) -> anyhow::Result<Result<Settled, Open>> {
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
        Ok(Ok(Settled { account, total, traces, sweep }))
    } else {
        let pending = vec!["spans arrived while the store was read".to_owned()];
        Ok(Err(Open { pending, account }))
    }
}

/// Whether nobody listens there; a part that is only slow, or frozen, may come back.
#[must_use]
pub fn is_gone(error: &anyhow::Error) -> bool {
    !error.chain().filter_map(|cause| cause.downcast_ref::<reqwest::Error>()).any(reqwest::Error::is_timeout)
}

/// What is under way in the parts that do answer, behind what the one that does not said.
async fn glimpsed(scope: &Scope<'_>, reader: &Reader, error: &anyhow::Error, waiting: &mut Waiting) -> Open {
    let account = scope.books.account(&reader.glimpse(&scope.books.dead).await);
    let idle = balance::idle(&account, &scope.books.dead, waiting);
    Open { pending: std::iter::once(format!("{error:#}")).chain(idle).collect(), account }
}

/// Whether a trace was finished when the baseline was taken.
fn began_before(trace: &Trace, before: &BTreeSet<EndedSpan>) -> bool {
    let known =
        |span: &Span| before.iter().any(|ended| (ended.trace_id, ended.span_id) == (span.trace_id, span.span_id));
    trace.spans.iter().any(known)
}
