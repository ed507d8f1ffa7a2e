//! How improbable a number of stored traces must be before a sampler is called wrong.

use std::ops::RangeInclusive;

use statrs::distribution::{Binomial, DiscreteCDF as _};

use scenario::Case;

/// The probability that a correct sampler fails: half of it on each side.
const ERROR: f64 = 0.001;

/// The number of comparisons among which that probability is divided (Bonferroni): among enough comparisons, one number is
/// outside its interval although nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignificanceLevel {
    pub(crate) comparisons: u32,
}

impl SignificanceLevel {
    /// Each comparison alone, as in a single run.
    pub const EACH: Self = Self { comparisons: 1 };

    /// All comparisons of a command together: those of its cases, and of each repetition. In a single run, each comparison is alone.
    #[must_use]
    pub fn new(cases: &[Case], repeat: u32) -> Self {
        let steps = cases.iter().flat_map(|case| &case.steps).filter(|step| step.check.share.is_some());
        let comparisons = if repeat > 1 { steps.map(|_| repeat).sum() } else { 1 };
        Self { comparisons: comparisons.max(1) }
    }

    /// The number of comparisons that hold together, as the end of a sentence; empty where each is alone.
    #[must_use]
    pub fn together(self) -> String {
        match self.comparisons {
            1 => String::new(),
            several => format!(" (99.9 % for all {several} comparisons)"),
        }
    }

    /// The numbers of hits among `all` tries of that probability (0 to 1) that leave no more than is allowed on either side.
    #[must_use]
    pub fn interval(self, all: u64, probability: f64) -> RangeInclusive<u64> {
        // Misses are hits of the opposite probability; so both ends are computed from the small tail, which is exact.
        self.least(all, probability)..=all - self.least(all, 1.0 - probability)
    }

    /// The largest number for which fewer hits have a probability that is allowed on one side; 0 if `probability` is none.
    fn least(self, all: u64, probability: f64) -> u64 {
        let Ok(binomial) = Binomial::new(probability, all) else { return 0 };
        let one_side = ERROR / 2.0 / f64::from(self.comparisons);
        // `inverse_cdf` of statrs 0.18 panics where even 0 hits are more probable than that.
        (0..all).find(|hits| binomial.cdf(*hits) > one_side).unwrap_or(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // scipy.stats.binom.ppf([0.0005, 0.9995], n, p)
        assert_eq!(SignificanceLevel::EACH.interval(200, 0.25), 31..=71);
        assert_eq!(SignificanceLevel::EACH.interval(100, 0.5), 34..=66);
        assert_eq!(SignificanceLevel::EACH.interval(10, 0.5), 0..=10);
    }

    #[test]
    fn what_is_certain_has_no_interval() {
        assert_eq!(SignificanceLevel::EACH.interval(50, 0.0), 0..=0);
        assert_eq!(SignificanceLevel::EACH.interval(50, 1.0), 50..=50);
        assert_eq!(SignificanceLevel::EACH.interval(0, 0.5), 0..=0);
    }

    /// The cases of scenario 4, which compare shares in seven steps.
    fn cases() -> Vec<Case> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let topology = scenario::topology::Topology::load(&root, 0).unwrap();
        scenario::find(&root, &topology, "4").unwrap().cases()
    }

    /// The probability that a correct sampler fails one of a scenario's comparisons, added up over them.
    fn false_alarms(cases: &[Case], level: SignificanceLevel) -> f64 {
        let steps = cases.iter().flat_map(|case| &case.steps);
        steps.filter_map(|step| Some(outside(tries(step), step.check.share?, level))).sum()
    }

    fn tries(step: &scenario::Step) -> u64 {
        let scenario::Action::Get(get) = &step.action else { return 0 };
        get.times.into()
    }

    #[expect(clippy::cast_precision_loss, reason = "a run has far fewer than 2^52 traces")]
    fn whole(number: u64) -> f64 {
        number as f64
    }

    /// What the binomial distribution has outside of the interval.
    fn outside(all: u64, probability: f64, level: SignificanceLevel) -> f64 {
        let inside = level.interval(all, probability);
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
        let (cases, readable) = (cases(), |number: f64| format!("{number:.5}"));
        assert_eq!(readable(outside(400, 0.1, SignificanceLevel::EACH)), "0.00081");
        assert_eq!(readable(outside(400, 0.5, SignificanceLevel::EACH)), "0.00079");
        assert_eq!(readable(outside(200, 0.5, SignificanceLevel::EACH)), "0.00085");
        assert_eq!(readable(outside(100, 0.5, SignificanceLevel::EACH)), "0.00087");
        assert_eq!(readable(outside(200, 0.25, SignificanceLevel::EACH)), "0.00077");
        assert_eq!(readable(false_alarms(&cases, SignificanceLevel::EACH)), "0.00490");
        assert_eq!(readable(20.0 * false_alarms(&cases, SignificanceLevel::new(&cases, 20))), "0.00062");
        assert_eq!(SignificanceLevel::new(&cases, 20).interval(400, 0.5), 155..=245);
    }

    #[test]
    fn a_single_run_keeps_the_interval_of_each_step() {
        assert_eq!(SignificanceLevel::new(&cases(), 1), SignificanceLevel::EACH);
        assert_eq!(SignificanceLevel::new(&[], 20), SignificanceLevel::EACH);
        assert_eq!(SignificanceLevel::new(&cases(), 20), SignificanceLevel { comparisons: 140 });
    }

    #[test]
    fn comparisons_that_are_judged_together_are_told() {
        assert_eq!(SignificanceLevel::new(&cases(), 3).together(), " (99.9 % for all 21 comparisons)");
        assert_eq!(SignificanceLevel::new(&[], 3).together(), "");
    }
}
