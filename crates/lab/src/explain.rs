//! Explain: what became of one trace, and who decided it, from what can be shown.
//!
//! # Layout
//! - [`evidence`]: what is known of a trace
//! - [`live`]: gathered from parts that are running
//! - [`past`]: gathered from the folder of a past run
//! - [`answer`]: the evidence as one readable answer
//! - `spans`: which spans of the trace ended, are stored, are missing
//! - `torn`: whether something of it is not there, or services decided differently
//! - `facts`, `judgement`: what can be shown, and what follows from it

pub mod answer;
pub mod evidence;
mod facts;
mod judgement;
pub mod live;
pub mod past;
mod spans;
#[cfg(test)]
mod tests;
mod torn;

pub use answer::Answer;
pub use evidence::Evidence;
