//! Picks users at random, in a reproducible order for the same `LAB_SEED`.

use std::sync::{Mutex, PoisonError};

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// A random number generator that all requests share.
#[derive(Debug)]
pub struct Choice(Mutex<ChaCha8Rng>);

impl Choice {
    /// Creates a generator at the start of the seed's sequence.
    pub fn from_seed(seed: u64) -> Self {
        Self(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))
    }

    /// Returns an index below `length`, which must not be 0.
    pub fn below(&self, length: usize) -> usize {
        // A panic cannot leave the generator in an inconsistent state, so a poisoned lock can be used.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(seed: u64) -> Vec<usize> {
        let choice = Choice::from_seed(seed);
        (0..20).map(|_| choice.below(20)).collect()
    }

    #[test]
    fn the_same_seed_picks_the_same_users() {
        assert_eq!(sequence(1), sequence(1));
        assert_ne!(sequence(1), sequence(2));
        assert!(sequence(1).iter().all(|index| *index < 20));
    }
}
