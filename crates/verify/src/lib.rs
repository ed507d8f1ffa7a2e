//! Verify: take a baseline, drive the steps of a case, settle, and judge every trace.
//!
//! # Layout
//! - [`session`]: the whole of it, in order; [`narrator`]: is told what happens meanwhile; [`check_error`]: why it failed
//! - `idle`: what was counted before the first step; `metric_baseline`: the same for metrics
//! - `driver`: drives a step: `http_request`, `redis_command`, `websocket_message`
//! - `step_response`: what came back from a step, `response` by response, or `step_error`; `driven_step`: both with the step
//! - [`control`]: stops and starts parts; [`native_control`], [`file_control`], [`no_control`]: here, or where another program runs
//!   the parts
//! - `faults`: what was done to parts, and how it is undone; [`fault`]: one of them
//! - `proof`: traces against what the case expects: `step_proof`, `trace_proof`, `case_proof`, over `stored_traces`
//! - `response_check`, `invariants`, `head`, [`tail`], [`share`], `secrets`, [`prometheus`]: one thing each that is compared
//! - [`finding`]: one thing that is wrong, as data; [`findings`]: everything that a check found
//! - [`step_result`]: the result of one step; [`verdict`]: whether the case is proved; [`report`]: all of it, written and read back
//! - [`explain`]: what became of one trace

mod case_proof;
pub mod check_error;
pub mod control;
mod driven_step;
mod driver;
pub mod explain;
pub mod fault;
mod faults;
pub mod file_control;
pub mod finding;
pub mod findings;
mod head;
mod http_request;
mod idle;
mod invariants;
mod metric_baseline;
pub mod narrator;
pub mod native_control;
pub mod no_control;
pub mod prometheus;
mod proof;
mod redis_command;
pub mod report;
mod response;
mod response_check;
mod secrets;
pub mod session;
pub mod share;
pub mod significance_level;
mod step_error;
mod step_proof;
mod step_response;
pub mod step_result;
mod stored_traces;
pub mod tail;
mod trace_proof;
pub mod verdict;
mod websocket_message;
mod with_text;

pub use check_error::CheckError;
pub use control::Control;
pub use file_control::FileControl;
pub use finding::Finding;
pub use findings::Findings;
pub use narrator::Narrator;
pub use native_control::NativeControl;
pub use no_control::NoControl;
pub use report::Report;
pub use session::Session;
pub use significance_level::SignificanceLevel;
pub use step_result::{SkipReason, StepResult, StepVerdict};
pub use verdict::Verdict;
