//! Whether a tail sampler still waits: what it has accepted and not decided about.
//!
//! Its counters alone do not show it. A span is counted as accepted just before the sampler sees it, so there is a moment
//! at which all seems decided; and a trace that was evicted and comes again is counted twice as received, and perhaps
//! once as decided. So its rounds are counted as well: it looks for decisions once a second.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::collector_counts::CollectorCounts;
use crate::pending::Undecided;

/// The variable that sets how long a trace waits, and what `collector/tail.yaml` has as its default.
pub const DECISION_WAIT: (&str, &str) = ("LAB_DECISION_WAIT", "2s");

/// Rounds without a new span after which the figures count: between two of them the sampler has seen everything.
const SETTLED: u64 = 2;

/// The tail samplers, sweep after sweep.
#[derive(Debug, Clone, Default)]
pub struct TailSamplerState {
    waits: BTreeMap<String, String>,
    last_arrivals: BTreeMap<String, LastArrival>,
}

/// How many spans a sampler has accepted, and in which of its rounds the last of them came.
#[derive(Debug, Clone, Copy)]
struct LastArrival {
    accepted: u64,
    round: u64,
}

impl TailSamplerState {
    /// A fresh start; `waits` is the `decision_wait` of each hop, as `2s`.
    pub(crate) fn new(waits: BTreeMap<String, String>) -> Self {
        Self { waits, last_arrivals: BTreeMap::new() }
    }

    /// What a hop's sampler waits for, now that it has these counts; nothing when all is decided.
    pub(crate) fn undecided(&mut self, name: &str, hop: &CollectorCounts) -> Option<Undecided> {
        let tail = hop.tail.as_ref().filter(|_| hop.accepted > 0)?;
        let now = LastArrival { accepted: hop.accepted, round: tail.rounds };
        let last = self.last_arrivals.entry(name.to_owned()).or_insert(now);
        if last.accepted != hop.accepted {
            *last = now;
        }
        let rounds = tail.rounds.saturating_sub(last.round);
        let wait = self.waits.get(name).map_or(DECISION_WAIT.1, String::as_str);
        let undecided = tail.undecided();
        let done = if undecided == 0 { rounds >= SETTLED } else { rounds >= SETTLED + 1 + whole_rounds(wait) };
        (!done).then(|| Undecided { traces: undecided, decision_wait: wait.to_owned() })
    }
}

/// How many rounds a trace waits: the collector rounds down, and one is the least.
fn whole_rounds(wait: &str) -> u64 {
    let wait = wait.parse::<jiff::SignedDuration>().ok().and_then(|wait| Duration::try_from(wait).ok());
    wait.map_or(1, |wait| wait.as_secs().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tail_sampler_counts::TailSamplerCounts;

    fn hop(accepted: u64, rounds: u64, received: u64, refused: u64) -> CollectorCounts {
        let tail = TailSamplerCounts { received, refused, rounds, ..TailSamplerCounts::default() };
        CollectorCounts { accepted, tail: Some(tail), ..CollectorCounts::default() }
    }

    fn state() -> TailSamplerState {
        TailSamplerState::new(BTreeMap::from([("gateway".to_owned(), "1s".to_owned())]))
    }

    #[test]
    fn undecided_traces_are_waited_for() {
        let mut state = state();
        assert_eq!(
            state.undecided("gateway", &hop(4, 7, 2, 0)).unwrap().to_string(),
            "2 traces undecided, decision_wait 1s"
        );
        assert_eq!(
            state.undecided("gateway", &hop(4, 8, 2, 1)).unwrap().to_string(),
            "1 trace undecided, decision_wait 1s"
        );
        assert_eq!(state.undecided("gateway", &hop(4, 9, 2, 2)), None);
    }

    #[test]
    fn figures_that_balance_too_soon_are_not_believed() {
        let mut state = state();
        // The span is counted, and the sampler has not seen it: nothing received is not nothing undecided.
        assert!(state.undecided("gateway", &hop(1, 7, 0, 0)).is_some());
        assert!(state.undecided("gateway", &hop(1, 8, 0, 0)).is_some());
        assert_eq!(state.undecided("gateway", &hop(1, 9, 1, 1)), None);
        assert!(state.undecided("gateway", &hop(2, 9, 1, 1)).is_some(), "a late span begins a new silence");
    }

    #[test]
    fn a_trace_that_came_again_is_not_waited_for_for_ever() {
        let mut state = state();
        assert!(state.undecided("gateway", &hop(4, 7, 2, 1)).is_some());
        assert!(state.undecided("gateway", &hop(4, 10, 2, 1)).is_some());
        assert_eq!(state.undecided("gateway", &hop(4, 11, 2, 1)), None);
    }

    #[test]
    fn a_wait_is_so_many_rounds() {
        assert_eq!(["1s", "2s", "1500ms", "100ms", "?"].map(whole_rounds), [1, 2, 1, 1, 1]);
    }

    #[test]
    fn a_collector_without_spans_or_without_a_sampler_waits_for_nothing() {
        assert_eq!(state().undecided("gateway", &hop(0, 0, 0, 0)), None);
        assert_eq!(state().undecided("gateway", &CollectorCounts { accepted: 3, ..CollectorCounts::default() }), None);
    }
}
