//! The books: the baseline, the lives of parts that were stopped, and the account since the baseline.

use std::collections::{BTreeMap, BTreeSet};

use super::counts::{Hop, Sent, Service};
use super::sweep::{Reading, Sweep};

/// Counts of which differences and sums can be taken.
pub trait Count: Clone + Default {
    /// What was counted since `earlier`, in the same life of the process.
    #[must_use]
    fn since(&self, earlier: &Self) -> Self;
    /// Both together.
    #[must_use]
    fn plus(&self, other: &Self) -> Self;
}

/// What was counted since the baseline, over all lives of the parts.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// By service.
    pub services: BTreeMap<String, Service>,
    /// By hop, in the direction in which spans move.
    pub hops: Vec<(String, Hop)>,
    /// Receivers of the messages that `lab` itself published.
    pub published: u64,
    /// Parts that began anew although nobody stopped them.
    pub restarted: Vec<String>,
    /// Services that were told to end and did so without their last words.
    pub silent: BTreeSet<String>,
}

/// Baseline, and what was counted in lives that have ended.
#[derive(Debug, Clone, Default)]
pub struct Books {
    hops: Lives<Hop>,
    services: Lives<Service>,
    chain: Vec<String>,
    /// Receivers of the messages that `lab` itself published.
    pub published: u64,
    /// Parts that are dead on purpose.
    pub dead: BTreeSet<String>,
    /// Services that were told to end under way and did so without their last words: nobody knows what they had counted.
    pub silent: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct Lives<C> {
    baseline: BTreeMap<String, Reading<C>>,
    ended: BTreeMap<String, C>,
}

impl<C> Default for Lives<C> {
    fn default() -> Self {
        Self { baseline: BTreeMap::new(), ended: BTreeMap::new() }
    }
}

impl Books {
    /// Opens the books at a sweep.
    #[must_use]
    pub fn open(baseline: &Sweep, chain: &[String]) -> Self {
        Self {
            hops: Lives { baseline: baseline.hops.clone(), ended: BTreeMap::new() },
            services: Lives { baseline: baseline.services.clone(), ended: BTreeMap::new() },
            chain: chain.to_vec(),
            published: 0,
            dead: BTreeSet::new(),
            silent: BTreeSet::new(),
        }
    }

    /// Writes down the last counts of a part whose process is about to end, or has ended.
    pub fn close(&mut self, part: &str, last: &Sweep, last_words: Option<Service>) {
        if let Some(reading) = last.hops.get(part) {
            self.hops.close(part, &reading.count);
        }
        if let Some(reading) = last.services.get(part) {
            let count =
                last_words.map_or_else(|| reading.count.clone(), |words| words.with_messages_of(&reading.count));
            self.services.close(part, &count);
        }
        self.dead.insert(part.to_owned());
    }

    /// Notes that a part was started again: its counters begin at zero.
    pub fn reopen(&mut self, part: &str) {
        self.dead.remove(part);
    }

    /// What was counted since the baseline.
    #[must_use]
    pub fn account(&self, sweep: &Sweep) -> Account {
        let mut restarted = Vec::new();
        let hops = self.hops.account(&sweep.hops, &mut restarted);
        let services = self.services.account(&sweep.services, &mut restarted);
        let chain = self.chain.iter().map(|hop| (hop.clone(), hops.get(hop).cloned().unwrap_or_default())).collect();
        Account { services, hops: chain, published: self.published, restarted, silent: self.silent.clone() }
    }
}

impl<C: Count> Lives<C> {
    fn close(&mut self, part: &str, last: &C) {
        let life = self.baseline.remove(part).map_or_else(|| last.clone(), |first| last.since(&first.count));
        let before = self.ended.remove(part).unwrap_or_default();
        self.ended.insert(part.to_owned(), before.plus(&life));
    }

    fn account(&self, readings: &BTreeMap<String, Reading<C>>, restarted: &mut Vec<String>) -> BTreeMap<String, C> {
        let mut account = self.ended.clone();
        for (part, reading) in readings {
            let life = match self.baseline.get(part) {
                None => reading.count.clone(),
                Some(first) if first.instance == reading.instance => reading.count.since(&first.count),
                Some(_) => {
                    restarted.push(part.clone());
                    reading.count.clone()
                }
            };
            let before = account.remove(part).unwrap_or_default();
            account.insert(part.clone(), before.plus(&life));
        }
        account
    }
}

impl Service {
    /// The last words of a process say nothing of messages: those are as last read.
    fn with_messages_of(mut self, read: &Self) -> Self {
        self.delivered = self.delivered.max(read.delivered);
        self.consumed = self.consumed.max(read.consumed);
        self
    }

    fn merge(&self, other: &Self, number: fn(u64, u64) -> u64, sign: i64) -> Self {
        Self {
            live: self.live + sign * other.live,
            started: number(self.started, other.started),
            unrecorded: number(self.unrecorded, other.unrecorded),
            ended: number(self.ended, other.ended),
            processed: number(self.processed, other.processed),
            dropped: merged(&self.dropped, &other.dropped, number),
            exported: number(self.exported, other.exported),
            failed: merged(&self.failed, &other.failed, number),
            delivered: number(self.delivered, other.delivered),
            consumed: number(self.consumed, other.consumed),
        }
    }
}

/// Counts by reason, reason by reason.
fn merged(
    own: &BTreeMap<String, u64>,
    their: &BTreeMap<String, u64>,
    number: fn(u64, u64) -> u64,
) -> BTreeMap<String, u64> {
    let mut merged = own.clone();
    for (reason, count) in their {
        let both = number(merged.get(reason).copied().unwrap_or(0), *count);
        merged.insert(reason.clone(), both);
    }
    merged.retain(|_, count| *count > 0);
    merged
}

impl Count for Service {
    fn since(&self, earlier: &Self) -> Self {
        self.merge(earlier, u64::saturating_sub, -1)
    }

    fn plus(&self, other: &Self) -> Self {
        self.merge(other, u64::saturating_add, 1)
    }
}

impl Hop {
    fn merge(&self, other: &Self, number: fn(u64, u64) -> u64) -> Self {
        let mut exporters = self.exporters.clone();
        for (name, their) in &other.exporters {
            let own = exporters.entry(name.clone()).or_default();
            *own = Sent {
                sent: number(own.sent, their.sent),
                send_failed: number(own.send_failed, their.send_failed),
                enqueue_failed: number(own.enqueue_failed, their.enqueue_failed),
            };
        }
        let tail = self.tail.as_ref().map(|own| own.merge(&other.tail.clone().unwrap_or_default(), number));
        Self {
            accepted: number(self.accepted, other.accepted),
            refused: number(self.refused, other.refused),
            exporters,
            tail: tail.or_else(|| other.tail.clone()),
        }
    }
}

impl Count for Hop {
    fn since(&self, earlier: &Self) -> Self {
        self.merge(earlier, u64::saturating_sub)
    }

    fn plus(&self, other: &Self) -> Self {
        self.merge(other, u64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep(instance: &str, ended: u64) -> Sweep {
        let count = Service { ended, ..Service::default() };
        let reading = Reading { instance: instance.to_owned(), count };
        Sweep { services: BTreeMap::from([("users".to_owned(), reading)]), ..Sweep::default() }
    }

    #[test]
    fn a_part_that_was_stopped_and_started_is_counted_over_both_lives() {
        let mut books = Books::open(&sweep("first", 10), &[]);
        books.close("users", &sweep("first", 15), None);
        books.reopen("users");
        assert_eq!(books.account(&sweep("second", 3)).services["users"].ended, 8);
        assert!(books.account(&sweep("second", 3)).restarted.is_empty());
    }

    #[test]
    fn a_part_that_restarted_by_itself_is_named() {
        let books = Books::open(&sweep("first", 10), &[]);
        assert_eq!(books.account(&sweep("second", 3)).restarted, ["users"]);
    }
}
