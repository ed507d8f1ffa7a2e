//! Verify: take a baseline, drive the steps of a case, settle, and judge every trace.
//!
//! # Layout
//! - [`session`]: the whole of it, in order
//! - `idle`, `metric_baseline`, `prometheus`: what was counted before the first step, and what metrics become
//! - `driver`: drives a step: `http_request`, `redis_command`, `websocket_message`
//! - `step_response`: what came back from a step, `response` by response
//! - [`control`]: stops and starts parts: [`native_control`], [`file_control`]
//! - `faults`: what was done to parts ([`fault_kind`]), and how it is undone
//! - `case_proof`, `step_proof`, `trace_proof`: results and traces against what the case expects, over a `proof`
//! - `response_check`, `head`, [`tail`], [`share`], [`significance_level`], `secrets`: one thing each that is compared
//! - [`finding`], [`problem`]: one thing that is wrong, as data and as a message
//! - [`step_result`]: the result of one step; [`verdict`]: whether the case is proved; [`report`]: all of it, written and read back
//! - [`explain`]: what happened to one trace

#![cfg_attr(test, expect(clippy::disallowed_methods, reason = "tests may read text"))]

mod case_proof;
pub mod control;
mod driver;
pub mod explain;
pub mod fault_kind;
mod faults;
pub mod file_control;
pub mod finding;
mod head;
mod http_request;
mod idle;
mod metric_baseline;
pub mod native_control;
pub mod problem;
mod prometheus;
mod proof;
mod redis_command;
pub mod report;
mod response;
mod response_check;
mod secrets;
pub mod session;
pub mod share;
pub mod significance_level;
mod step_proof;
mod step_response;
pub mod step_result;
pub mod tail;
mod trace_proof;
pub mod verdict;
mod websocket_message;

pub use control::Control;
pub use file_control::FileControl;
pub use finding::Finding;
pub use native_control::NativeControl;
pub use problem::Problem;
pub use report::Report;
pub use session::{Progress, Session};
pub use significance_level::SignificanceLevel;
pub use step_result::{SkipReason, StepResult, StepVerdict};
pub use verdict::Verdict;
