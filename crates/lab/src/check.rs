//! Check: take a baseline, drive the steps of a play, settle, and prove every trace.
//!
//! # Layout
//! - [`session`]: the whole of it, in order
//! - `rest`: what was counted before it
//! - [`drive`]: requests and Redis commands
//! - [`answers`]: what came back
//! - [`control`]: what stops and starts parts, where something can
//! - [`faults`]: the faults of a step, and what they mean for the books
//! - [`prove`]: traces against what the play says
//! - [`finding`]: one thing that is wrong, as data
//! - [`step_result`]: the result of one thing that was checked
//! - [`tail`]: what a tail sampler did with a trace
//! - `head`: what the services' samplers decided
//! - [`share`]: how many traces chance may keep
//! - [`say`]: a message over a WebSocket
//! - `secrets`: what was planted and must not be stored
//! - [`prometheus`]: metrics against what the play says

pub mod answers;
pub mod control;
pub mod drive;
pub mod faults;
pub mod finding;
mod head;
pub mod prometheus;
pub mod prove;
mod rest;
pub mod say;
mod secrets;
pub mod session;
pub mod share;
pub mod step_result;
pub mod tail;

pub use control::{Control, Spectator};
pub use finding::Finding;
pub use session::{Findings, Session};
pub use step_result::{SkipReason, StepResult, Verdict};

/// Why a check could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The parts do not answer, or do not come to rest.
    #[error("the environment is not ready: {0:#}")]
    NotReady(anyhow::Error),
    /// The lab itself failed.
    #[error("{0:#}")]
    Failed(#[from] anyhow::Error),
}
