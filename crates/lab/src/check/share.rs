//! A share of traces that chance decides: how many of so many it may be.

use std::ops::RangeInclusive;

/// The probability that a right sampler is called wrong: half of it on each side.
const ERROR: f64 = 0.001;

/// What is wrong with `found` of `all` being stored where `share` was to be; nothing inside the two-sided 99.9 % interval.
#[must_use]
pub fn complaint(share: f64, all: u64, found: u64) -> Option<String> {
    let interval = interval(all, share);
    (!interval.contains(&found)).then(|| {
        let (least, most) = (interval.start(), interval.end());
        format!(
            "{found} of {all} traces are stored, expected {least} to {most} (a share of {share}, 99.9 % of all runs)"
        )
    })
}

/// The numbers of hits among `all` tries of that probability that leave at most half of `ERROR` on either side.
#[must_use]
pub fn interval(all: u64, probability: f64) -> RangeInclusive<u64> {
    let least = below(all, probability);
    // Misses are hits of the opposite probability.
    least..=all - below(all, 1.0 - probability)
}

/// The largest number for which fewer hits have a probability of at most half of `ERROR`.
fn below(all: u64, probability: f64) -> u64 {
    if probability >= 1.0 {
        return all;
    }
    let odds = (probability / (1.0 - probability)).ln();
    // In logarithms, because the first terms of the binomial distribution are too small for a number.
    let mut term = (1.0 - probability).ln() * whole(all);
    let mut sum = 0.0;
    for hits in 0..all {
        sum += term.exp();
        if sum > ERROR / 2.0 {
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
        assert_eq!(interval(200, 0.25), 31..=71);
        assert_eq!(interval(100, 0.5), 34..=66);
        assert_eq!(interval(10, 0.5), 0..=10);
    }

    #[test]
    fn what_is_certain_has_no_interval() {
        assert_eq!(interval(50, 0.0), 0..=0);
        assert_eq!(interval(50, 1.0), 50..=50);
        assert_eq!(interval(0, 0.5), 0..=0);
    }

    #[test]
    fn a_number_outside_is_told_with_the_interval() {
        assert_eq!(complaint(0.5, 100, 34), None);
        let said = "33 of 100 traces are stored, expected 34 to 66 (a share of 0.5, 99.9 % of all runs)";
        assert_eq!(complaint(0.5, 100, 33).unwrap(), said);
    }
}
