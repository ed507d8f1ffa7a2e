//! A share of traces that chance decides: how many of so many may be stored.

use serde::{Deserialize, Serialize};

use crate::significance_level::SignificanceLevel;

/// How many of a step's traces are stored, and how many may be.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, thiserror::Error)]
#[error("kept {kept} of {all}, allowed {least} to {most}")]
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
    pub comparisons: u32,
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

    /// The message about a number outside the interval.
    #[must_use]
    pub fn problem(&self) -> String {
        let Self { share, all, kept, least, most, comparisons } = self;
        let of = match comparisons {
            1 => "of all runs".to_owned(),
            several => format!("of all runs with {several} such comparisons"),
        };
        format!(
            "{kept} of {all} traces are stored, expected {least} to {most} (share {share}; a correct sampler passes in 99.9 % \
             {of})"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_allowed_inside_the_interval() {
        let is_allowed = |kept, level| Share::new(0.5, 100, kept, level).is_allowed();
        assert!(is_allowed(34, SignificanceLevel::EACH) && !is_allowed(33, SignificanceLevel::EACH));
        let all = SignificanceLevel { comparisons: 140 };
        assert!(is_allowed(28, all) && !is_allowed(27, all));
    }
}
