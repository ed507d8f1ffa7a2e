//! The baseline: what was counted before the first step, read while nothing moves.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, MissedTickBehavior, interval};

use ledger::pending::{self, Pending};
use ledger::timeouts::Timeouts;
use ledger::{Ledger, Reader, Sweep, TailSamplerState, balance};

/// Sweeps until nothing is live or held anywhere, twice with the same counts. One sweep does not show it: it reads the parts one after
/// the other, and a span that moves meanwhile may be counted by its sender and not yet by its receiver.
pub(crate) async fn wait_until_idle(reader: &Reader, patience: Timeouts) -> Result<Sweep> {
    let begun = Instant::now();
    let mut waiting = reader.tail_sampler_state();
    let mut before = None;
    let mut ticks = interval(Duration::from_millis(50));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let busy = match reader.sweep(&BTreeSet::new()).await {
            Ok(sweep) => {
                let busy = busy(reader, &sweep, &mut waiting);
                if busy.is_empty() && before.as_ref().is_some_and(|before| sweep.counts_as(before)) {
                    return Ok(sweep);
                }
                before = busy.is_empty().then_some(sweep);
                busy
            }
            Err(error) if !error.is_timeout() && begun.elapsed() > patience.for_a_listener() => {
                return Err(error.into());
            }
            Err(error) => vec![Pending::from(&error)],
        };
        if begun.elapsed() > patience.for_rest() {
            bail!("the parts do not come to rest: {}", said(&busy));
        }
    }
}

/// What keeps the parts busy, counted since they began.
fn busy(reader: &Reader, sweep: &Sweep, waiting: &mut TailSamplerState) -> Vec<Pending> {
    let nothing = Ledger::new(&Sweep::default(), reader.hops());
    balance::idle(&nothing.deltas(sweep), &BTreeSet::new(), waiting)
}

fn said(busy: &[Pending]) -> String {
    if busy.is_empty() { "new spans come all the time".to_owned() } else { pending::told(busy) }
}
