//! Explain: what became of one trace, from what can be shown.
//!
//! # Layout
//! - [`evidence`]: what is known of a trace, what is missing from it, and whether services decided differently; [`ended`]: its spans
//! - [`live`]: gathered from parts that are running
//! - [`past`]: gathered from the folder of a past run
//! - [`trace_verdict`]: what follows from all of it

pub mod ended;
pub mod evidence;
pub mod live;
pub mod past;
pub mod trace_verdict;

pub use ended::Ended;
pub use evidence::{Evidence, REMEMBERED};
pub use trace_verdict::TraceVerdict;
