//! The seven mutations, applied to every span of every recorded trace: each mutant must fail its expectation or a
//! law, or be of a kind that neither could see.
//!
//! A recording is a pair of files in `tests/recorded/`: `NAME.jsonl` holds OTLP JSON lines, `NAME.tree` the
//! expectations of its traces in order, between them a line `---`.

mod mutant;
mod reason;
mod recording;

use std::collections::BTreeMap;

use mutant::{Mutant, mutants};
use reason::{Reason, reason};
use recording::Recording;

#[test]
fn every_recording_meets_its_expectation_and_every_law() {
    for recording in Recording::all() {
        if let Some(complaint) = recording.complaint(&recording.traces) {
            panic!("{}: {complaint}", recording.name);
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
    let mut killed: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut survivors: BTreeMap<Reason, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for recording in Recording::all() {
        for mutant in mutants(&recording.traces) {
            let counts = killed.entry(mutant.mutation).or_default();
            counts.1 += 1;
            if recording.complaint(&mutant.traces).is_some() {
                counts.0 += 1;
                continue;
            }
            let site = format!("{}: {} {}", recording.name, mutant.mutation, mutant.span.title());
            match reason(&recording, &mutant) {
                Some(reason) => survivors
                    .entry(reason)
                    .or_default()
                    .entry(site)
                    .or_default()
                    .push(mutant.how),
                None => unexplained.push(format!("{site} {}", mutant.how)),
            }
        }
    }
    report(&killed, &survivors);
    assert!(
        unexplained.is_empty(),
        "survived without a reason:\n  {}",
        unexplained.join("\n  ")
    );
    let mutations: Vec<_> = killed
        .into_iter()
        .filter(|(_, (killed, _))| *killed > 0)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        mutations,
        [
            "drop",
            "duplicate",
            "relabel",
            "remove-event",
            "rename",
            "reparent",
            "retime"
        ]
    );
}

fn report(killed: &BTreeMap<&str, (usize, usize)>, survivors: &BTreeMap<Reason, BTreeMap<String, Vec<String>>>) {
    let (mut all_killed, mut all) = (0, 0);
    for (mutation, (killed, total)) in killed {
        println!("{mutation:14} {killed:4} / {total}");
        all_killed += killed;
        all += total;
    }
    println!("{:14} {all_killed:4} / {all}  killed / total", "all");
    for (reason, sites) in survivors {
        println!("{} survive: {reason}", sites.values().map(Vec::len).sum::<usize>());
        sites
            .iter()
            .for_each(|(site, how)| println!("  {site} {}", how.join(", ")));
    }
}
