//! Matches expectations with traces.

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
    /// Compares the whole tree with a trace. On success, returns `labels` and the labels that this tree binds.
    ///
    /// The children of a span match in any order unless their parent line contains `ordered`. Every child must be
    /// expected unless `...` is among the lines. If an assignment of spans to lines exists, it is found. The cost
    /// grows about linearly with the size of the trace.
    ///
    /// There is one limit: if links within the tree refer to its labels, at most 256 bindings of these labels are
    /// tried.
    ///
    /// # Errors
    ///
    /// Returns the differences: a sentence and a diff.
    pub fn check(&self, trace: &Trace, labels: &Labels) -> Result<Labels, Mismatch> {
        labels::check(self, trace, labels)
    }
}
