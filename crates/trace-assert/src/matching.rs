//! Matching expectations with traces.

mod assign;
mod classes;
mod difference;
mod events;
mod few;
mod index;
mod labels;
mod line;
mod matcher;
mod multimap;
#[cfg(test)]
mod oracle;
mod order;

pub use difference::Difference;

use assign::assign;
pub(crate) use labels::Resolver;
pub(crate) use matcher::Matcher;

use crate::{Expectation, Labels, Mismatch, Trace};

impl Expectation {
    /// Matches the whole tree with a trace; answers `labels` and those that the tree binds.
    ///
    /// The children of a span are a multiset unless the line above them says `ordered`, and all of them must be
    /// expected unless `...` stands among them.  The assignment of spans to lines is right wherever there is one; its
    /// cost is about linear in the size of the trace.
    ///
    /// # Errors
    ///
    /// How the trace differs: a sentence and a diff.
    pub fn check(&self, trace: &Trace, labels: &Labels) -> Result<Labels, Mismatch> {
        labels::check(self, trace, labels)
    }
}
