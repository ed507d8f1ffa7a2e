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
//! - [`fate`]: what a tail sampler did with a trace
//! - `head`: what the services' samplers decided
//! - [`share`]: how many traces chance may keep
//! - [`say`]: a message over a WebSocket
//! - `secrets`: what was planted and must not be stored
//! - [`prometheus`]: metrics against what the play says

pub mod answers;
pub mod control;
pub mod drive;
pub mod fate;
pub mod faults;
mod head;
pub mod prometheus;
pub mod prove;
mod rest;
pub mod say;
mod secrets;
pub mod session;
pub mod share;

use std::collections::{BTreeMap, BTreeSet};

pub use control::{Control, Spectator};
pub use session::{Findings, Session};

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

/// What became of one thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was proved.
    Passed,
    /// It was refuted; each text says what was expected and what was seen.
    Failed(Vec<String>),
    /// It could not be checked; the text says why.
    Skipped(String),
}

/// One thing that was checked.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The sentence of the scenario.
    pub caption: String,
    /// What became of it.
    pub verdict: Verdict,
    /// The part that was asked, if one was.
    pub part: Option<String>,
    /// The part that was given another file, if one was.
    pub wrote: Option<String>,
    /// The traces that it is about.
    pub traces: Vec<trace_assert::TraceId>,
    /// Those of them that the service which answered did not sample.
    pub unsampled: Vec<trace_assert::TraceId>,
    /// The spans of its own that `lab` named as their parents; nobody stores them.
    pub callers: BTreeSet<trace_assert::SpanId>,
    /// How many of the traces are stored, where chance decides that.
    pub share: Option<share::Share>,
    /// The head sampler of each service, as it said after the step.
    pub samplers: BTreeMap<String, String>,
    /// A picture of the first of them.
    pub picture: Option<String>,
}

impl Outcome {
    /// An outcome that is about no trace.
    #[must_use]
    pub fn plain(caption: &str, complaints: &[String]) -> Self {
        let verdict = if complaints.is_empty() { Verdict::Passed } else { Verdict::Failed(complaints.to_vec()) };
        Self {
            caption: caption.to_owned(),
            verdict,
            part: None,
            wrote: None,
            traces: Vec::new(),
            unsampled: Vec::new(),
            callers: BTreeSet::new(),
            share: None,
            samplers: BTreeMap::new(),
            picture: None,
        }
    }
}
