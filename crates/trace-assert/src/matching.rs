//! Matching expectations with traces.

mod assign;
mod difference;
mod line;

pub use difference::Difference;

use crate::{Expectation, Labels, Mismatch, Trace};

impl Expectation {
    /// Matches the whole tree with a trace.
    pub fn check(&self, trace: &Trace, labels: &Labels) -> Result<Labels, Mismatch> {
        let (Some(pattern), [root]) = (self.root(), &trace.roots()[..]) else {
            return Err(Mismatch::new("not one root".to_owned(), Vec::new()));
        };
        match pattern.matches_with(root, labels) {
            Ok(()) => Ok(labels.clone()),
            Err(_) => Err(Mismatch::new("the root differs".to_owned(), Vec::new())),
        }
    }
}
