//! Explain: what happened to one trace, from the available evidence.
//!
//! # Layout
//! - [`evidence`]: what is known of a trace, what is missing from it, and whether services decided differently
//! - [`live`]: gathered from running parts; [`past`]: gathered from the folder of a past run
//! - [`trace_verdict`]: what follows from all of it

pub mod evidence;
pub mod live;
pub mod past;
pub mod trace_verdict;

pub use evidence::{Evidence, REMEMBERED};
pub use trace_verdict::TraceVerdict;
