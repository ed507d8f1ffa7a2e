//! A share of traces that chance decides: how many of so many it may be.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use scenario::Play;

/// The probability that a right sampler is called wrong: half of it on each side.
const ERROR: f64 = 0.001;

/// Among how many comparisons that probability is shared out (Bonferroni): whoever looks often enough finds a number outside of
/// any interval, and nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confidence {
    comparisons: u64,
}

impl Confidence {
    /// Each comparison by itself, as in a single run.
    pub const EACH: Self = Self { comparisons: 1 };

    /// All comparisons of a command together: those of its plays, again and again.  A single run has each by itself.
    #[must_use]
    pub fn of(plays: &[Play], repeat: u32) -> Self {
        let steps = plays.iter().flat_map(|play| &play.steps).filter(|step| step.check.share.is_some()).count();
        let comparisons = if repeat > 1 { steps as u64 * u64::from(repeat) } else { 1 };
        Self { comparisons: comparisons.max(1) }
    }

    /// Of how many comparisons it holds together, as the end of a sentence; nothing where each is by itself.
    #[must_use]
    pub fn together(self) -> String {
        match self.comparisons {
            1 => String::new(),
            several => format!(" (99.9 % for all {several} comparisons)"),
        }
    }

    /// The probability that is left for one side of one comparison.
    fn one_side(self) -> f64 {
        ERROR / 2.0 / whole(self.comparisons)
    }
}

/// How many of a step's traces are stored, and how many may be.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq)]
pub struct Share {
    /// The share that is to be stored.
    pub share: f64,
    /// How many traces there are.
    pub all: u64,
    /// How many of them are stored.
    pub kept: u64,
    /// How few may be: the lower end of the two-sided interval.
    pub least: u64,
    /// How many may be: its upper end.
    pub most: u64,
    /// Among how many comparisons the error is shared out.
    pub comparisons: u64,
}

impl Share {
    /// Compares `kept` of `all` with a share.
    #[must_use]
    pub fn of(share: f64, all: u64, kept: u64, confidence: Confidence) -> Self {
        let (least, most) = interval(all, share, confidence).into_inner();
        Self { share, all, kept, least, most, comparisons: confidence.comparisons }
    }

    /// Whether the number of stored traces is inside the interval.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        (self.least..=self.most).contains(&self.kept)
    }

    /// The sentence for a number outside of the interval.
    #[must_use]
    pub fn complaint(&self) -> String {
        let Self { share, all, kept, least, most, comparisons } = self;
        let of = match comparisons {
            1 => "of all runs".to_owned(),
            several => format!("for all {several} comparisons of this command together"),
        };
        format!("{kept} of {all} traces are stored, expected {least} to {most} (a share of {share}, 99.9 % {of})")
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kept {} of {}, allowed {} to {}", self.kept, self.all, self.least, self.most)
    }
}

/// The numbers of hits among `all` tries of that probability that leave no more than is allowed on either side.
#[must_use]
pub fn interval(all: u64, probability: f64, confidence: Confidence) -> RangeInclusive<u64> {
    let one_side = confidence.one_side();
    let least = below(all, probability, one_side);
    // Misses are hits of the opposite probability.
    least..=all - below(all, 1.0 - probability, one_side)
}

/// The largest number for which fewer hits have a probability of at most `one_side`.
fn below(all: u64, probability: f64, one_side: f64) -> u64 {
    if probability >= 1.0 {
        return all;
    }
    let odds = (probability / (1.0 - probability)).ln();
    // In logarithms, because the first terms of the binomial distribution are too small for a number.
    let mut term = (1.0 - probability).ln() * whole(all);
    let mut sum = 0.0;
    for hits in 0..all {
        sum += term.exp();
        if sum > one_side {
            return hits;
        }
        term += odds + (whole(all - hits) / whole(hits + 1)).ln();
    }
    all
}

#[expect(clippy::cast_precision_loss, reason = "a run has far fewer than 2^52 traces")]
fn whole(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // scipy.stats.binom.ppf([0.0005, 0.9995], n, p)
        assert_eq!(interval(200, 0.25, Confidence::EACH), 31..=71);
        assert_eq!(interval(100, 0.5, Confidence::EACH), 34..=66);
        assert_eq!(interval(10, 0.5, Confidence::EACH), 0..=10);
    }

    #[test]
    fn what_is_certain_has_no_interval() {
        assert_eq!(interval(50, 0.0, Confidence::EACH), 0..=0);
        assert_eq!(interval(50, 1.0, Confidence::EACH), 50..=50);
        assert_eq!(interval(0, 0.5, Confidence::EACH), 0..=0);
    }

    /// The plays of scenario 4, which compare shares in seven steps.
    fn plays() -> Vec<Play> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let topology = scenario::topology::Topology::load(&root, 0).unwrap();
        scenario::find(&root, &topology, "4").unwrap().plays()
    }

    /// The probability that a right sampler fails one of a scenario's comparisons, added up over them.
    fn false_alarms(plays: &[Play], confidence: Confidence) -> f64 {
        let steps = plays.iter().flat_map(|play| &play.steps);
        steps.filter_map(|step| Some(outside(tries(step), step.check.share?, confidence))).sum()
    }

    fn tries(step: &scenario::Step) -> u64 {
        let scenario::Action::Get(get) = &step.action else { return 0 };
        get.times.into()
    }

    /// What the binomial distribution has outside of the interval.
    fn outside(all: u64, probability: f64, confidence: Confidence) -> f64 {
        let inside = interval(all, probability, confidence);
        let mut logarithm = (1.0 - probability).ln() * whole(all);
        let mut sum = 0.0;
        for hits in 0..=all {
            if !inside.contains(&hits) {
                sum += logarithm.exp();
            }
            logarithm += (probability / (1.0 - probability)).ln() + (whole(all - hits) / whole(hits + 1)).ln();
        }
        sum
    }

    #[test]
    fn the_figures_of_the_lesson_are_right() {
        let (plays, readable) = (plays(), |number: f64| format!("{number:.5}"));
        assert_eq!(readable(outside(400, 0.1, Confidence::EACH)), "0.00081");
        assert_eq!(readable(outside(400, 0.5, Confidence::EACH)), "0.00079");
        assert_eq!(readable(outside(200, 0.5, Confidence::EACH)), "0.00085");
        assert_eq!(readable(outside(100, 0.5, Confidence::EACH)), "0.00087");
        assert_eq!(readable(outside(200, 0.25, Confidence::EACH)), "0.00077");
        assert_eq!(readable(false_alarms(&plays, Confidence::EACH)), "0.00490");
        assert_eq!(readable(20.0 * false_alarms(&plays, Confidence::of(&plays, 20))), "0.00062");
        assert_eq!(interval(400, 0.5, Confidence::of(&plays, 20)), 155..=245);
    }

    #[test]
    fn a_single_run_keeps_the_interval_of_each_step() {
        assert_eq!(Confidence::of(&plays(), 1), Confidence::EACH);
        assert_eq!(Confidence::of(&[], 20), Confidence::EACH);
        assert_eq!(Confidence::of(&plays(), 20), Confidence { comparisons: 140 });
    }

    #[test]
    fn a_number_inside_is_told_as_well_and_for_how_many_comparisons() {
        assert_eq!(Share::of(0.5, 400, 201, Confidence::EACH).to_string(), "kept 201 of 400, allowed 167 to 233");
        assert_eq!(Confidence::of(&plays(), 3).together(), " (99.9 % for all 21 comparisons)");
        assert_eq!(Confidence::of(&[], 3).together(), "");
    }

    #[test]
    fn a_number_outside_is_told_with_the_interval() {
        let share = |kept, confidence| Share::of(0.5, 100, kept, confidence);
        assert!(share(34, Confidence::EACH).is_allowed());
        assert!(!share(33, Confidence::EACH).is_allowed());
        let said = "33 of 100 traces are stored, expected 34 to 66 (a share of 0.5, 99.9 % of all runs)";
        assert_eq!(share(33, Confidence::EACH).complaint(), said);
        let all = Confidence { comparisons: 140 };
        assert!(share(28, all).is_allowed());
        let said = share(27, all).complaint();
        assert!(
            said.ends_with("28 to 72 (a share of 0.5, 99.9 % for all 140 comparisons of this command together)"),
            "{said}"
        );
    }
}
