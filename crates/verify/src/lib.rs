//! Verify: take a baseline, drive the steps of a case, settle, and judge every trace.
//!
//! # Layout
//! - [`session`]: the whole of it, in order; [`narrator`]: is told what happens meanwhile
//! - `rest`: what was counted before the first step
//! - [`drive`], [`say`]: requests, Redis commands, WebSocket messages; [`answers`]: what came back
//! - [`control`]: stops and starts parts; [`native_control`], [`asking`]: here, and where somebody else runs the parts
//! - [`faults`]: the faults of a step, and what they mean for the ledger
//! - [`prove`]: traces against what the case expects; [`tail`], `head`, [`share`]: what samplers decided; `secrets`: what was planted
//! - [`prometheus`]: metrics against what the case expects
//! - [`finding`]: one thing that is wrong, as data; [`step_result`]: the result of one step
//! - [`verdict`]: whether the case is proved; [`report`]: all of it, written and read back
//! - [`explain`]: what became of one trace

pub mod answers;
pub mod asking;
pub mod control;
pub mod drive;
pub mod explain;
pub mod faults;
pub mod finding;
mod head;
pub mod narrator;
pub mod native_control;
pub mod prometheus;
pub mod prove;
pub mod report;
mod rest;
pub mod say;
mod secrets;
pub mod session;
pub mod share;
pub mod step_result;
pub mod tail;
pub mod verdict;

pub use asking::Asking;
pub use control::{Control, Spectator};
pub use finding::Finding;
pub use narrator::Narrator;
pub use native_control::Runner;
pub use report::Report;
pub use session::{Findings, Session};
pub use step_result::{SkipReason, StepResult, StepVerdict};
pub use verdict::Verdict;

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
