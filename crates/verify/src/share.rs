//! A share of traces that chance decides: how many of so many may be stored.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::significance_level::SignificanceLevel;

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
    pub fn new(share: f64, all: u64, kept: u64, level: SignificanceLevel) -> Self {
        let (least, most) = level.interval(all, share).into_inner();
        Self { share, all, kept, least, most, comparisons: level.comparisons }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_inside_is_told_as_well() {
        assert_eq!(
            Share::new(0.5, 400, 201, SignificanceLevel::EACH).to_string(),
            "kept 201 of 400, allowed 167 to 233"
        );
    }

    #[test]
    fn a_number_outside_is_told_with_the_interval() {
        let share = |kept, level| Share::new(0.5, 100, kept, level);
        assert!(share(34, SignificanceLevel::EACH).is_allowed());
        assert!(!share(33, SignificanceLevel::EACH).is_allowed());
        let said = "33 of 100 traces are stored, expected 34 to 66 (a share of 0.5, 99.9 % of all runs)";
        assert_eq!(share(33, SignificanceLevel::EACH).complaint(), said);
        let all = SignificanceLevel { comparisons: 140 };
        assert!(share(28, all).is_allowed());
        let said = share(27, all).complaint();
        assert!(
            said.ends_with("28 to 72 (a share of 0.5, 99.9 % for all 140 comparisons of this command together)"),
            "{said}"
        );
    }
}
