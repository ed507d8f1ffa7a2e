//! Mutation test: applies seven mutations to every span of every recorded trace.
//!
//! Each mutant must fail its expectation or an invariant, or there must be a known reason why neither can detect it.
//! `tests/recorded/README.md` describes the recordings.

mod mutant;
mod reason;
mod recording;

use std::collections::BTreeMap;

use mutant::{Mutant, mutants};
use reason::{Reason, reason};
use recording::Recording;

#[test]
fn every_recording_meets_its_expectation_and_every_invariant() {
    for recording in Recording::all() {
        if let Some(problem) = recording.first_problem(&recording.traces) {
            panic!("{}: {problem}", recording.name);
        }
    }
}

#[test]
fn everything_observed_of_a_recording_is_met_by_it() {
    for recording in Recording::all() {
        for trace in &recording.traces {
            let observed = trace_assert::Expectation::from(trace);
            let text = observed.to_string();
            assert_eq!(text.parse().as_ref(), Ok(&observed), "{text}");
            if let Err(mismatch) = observed.check(trace, &trace_assert::Labels::default()) {
                panic!("{}: {mismatch}\n{text}", recording.name);
            }
        }
    }
}

#[test]
fn every_mutant_is_killed_or_listed_with_the_reason() {
    let outcome = Outcome::new(Recording::all());
    println!("by the expectations:");
    outcome.report();
    assert_eq!(outcome.unexplained, [""; 0], "survived without a reason");
    let effective = outcome.killed.iter().filter(|(_, (killed, _))| *killed > 0).map(|(name, _)| *name);
    let seven = ["drop", "duplicate", "relabel", "remove-event", "rename", "reparent", "retime"];
    assert_eq!(effective.collect::<Vec<_>>(), seven);
}

#[test]
fn an_observed_tree_lets_no_attribute_and_no_event_pass() {
    let outcome = Outcome::new(Recording::all().into_iter().map(Recording::observed).collect());
    println!("by what was observed:");
    outcome.report();
    assert_eq!(outcome.unexplained, [""; 0], "survived without a reason");
    // A resource attribute is listed only where it differs from the parent, so a change further down is not detected.
    let unmentioned =
        outcome.survivors.get(&Reason::Unmentioned).into_iter().flat_map(|sites| sites.values().flatten());
    let seen: Vec<_> = unmentioned.filter(|how| !how.contains("resource.")).collect();
    assert_eq!(seen, [""; 0], "survived although mentioned");
    assert!(!outcome.survivors.contains_key(&Reason::EventUnmentioned));
}

/// The results for all mutants of the recordings.
#[derive(Default)]
struct Outcome {
    /// For each mutation, the number of killed mutants and of all mutants.
    killed: BTreeMap<&'static str, (usize, usize)>,
    /// The surviving mutants by reason and span.
    survivors: BTreeMap<Reason, BTreeMap<String, Vec<String>>>,
    /// The surviving mutants without a reason; there must be none.
    unexplained: Vec<String>,
}

impl Outcome {
    fn new(recordings: Vec<Recording>) -> Self {
        let mut outcome = Self::default();
        for recording in recordings {
            for mutant in mutants(&recording.traces) {
                outcome.add(&recording, mutant);
            }
        }
        outcome
    }

    fn add(&mut self, recording: &Recording, mutant: Mutant) {
        let (killed, total) = self.killed.entry(mutant.mutation).or_default();
        *total += 1;
        if recording.first_problem(&mutant.traces).is_some() {
            *killed += 1;
            return;
        }
        let site = format!("{}: {} {}", recording.name, mutant.mutation, mutant.span.title());
        match reason(recording, &mutant) {
            Some(reason) => self.survivors.entry(reason).or_default().entry(site).or_default().push(mutant.how),
            None => self.unexplained.push(format!("{site} {}", mutant.how)),
        }
    }

    #[expect(clippy::print_stdout, reason = "the counts are what the test is run for")]
    fn report(&self) {
        let (mut all_killed, mut all) = (0, 0);
        for (mutation, (killed, total)) in &self.killed {
            println!("{mutation:14} {killed:4} / {total}");
            all_killed += killed;
            all += total;
        }
        println!("{:14} {all_killed:4} / {all}  killed / total", "all");
        for (reason, sites) in &self.survivors {
            println!("{} survive: {reason}", sites.values().map(Vec::len).sum::<usize>());
            sites.iter().for_each(|(site, how)| println!("  {site} {}", how.join(", ")));
        }
    }
}
