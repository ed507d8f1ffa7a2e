//! Explain: what became of one trace, from what can be shown.
//!
//! # Layout
//! - [`evidence`]: what is known of a trace
//! - [`live`]: gathered from parts that are running
//! - [`past`]: gathered from the folder of a past run
//! - `spans`: which spans of the trace ended, are stored, are missing
//! - `incomplete`: whether something of it is not there, or services decided differently
//! - [`trace_verdict`]: what follows from all of it

pub mod evidence;
mod incomplete;
pub mod live;
pub mod past;
mod spans;
pub mod trace_verdict;

pub use evidence::Evidence;
pub use spans::REMEMBERED;
pub use trace_verdict::TraceVerdict;
