//! Matches the lines of an expectation with the spans of a trace.

mod assignment;
mod classes;
mod difference;
mod matcher;
#[cfg(test)]
mod oracle;

pub use difference::Difference;

pub(crate) use classes::Classes;
pub(crate) use matcher::{Input, Matcher};
