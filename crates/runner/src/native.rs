//! The parts of a scenario as real processes of this machine: planned, started, watched, stopped.
//!
//! # Layout
//! - `plan`: what is to be started, made from part names, layers and the topology
//! - `ports`: which process holds a port that a plan needs, and which offset is free; `proc_fs`: that process, in `/proc`
//! - `part`: one part through its starts and stops, `part_error`; `state_directory`: its files; `paused`: one that is paused
//! - `process`: one child process in its own group, `process_group`; `log_tail`: the end of its log
//! - `notify`: the socket on which a part reports that it is ready
//! - `config_error`: whether a collector rejected its configuration when it started
//! - `run_processes`: the processes of a run, and waiting for their end
//! - `supervisor`: no process outlives `lab`

mod config_error;
mod log_tail;
mod notify;
mod part;
mod part_error;
mod paused;
mod plan;
mod ports;
mod proc_fs;
mod process;
mod process_group;
mod run_processes;
mod state_directory;
mod supervisor;

use std::process::ExitStatus;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::interval;

pub use log_tail::LogTail;
pub use part::{Part, Stopped};
pub use part_error::PartError;
pub use paused::Paused;
pub use plan::{PartPlan, Plan};
pub use ports::{PortsTaken, Taken, check as check_ports};
pub(crate) use process::Process;
pub use run_processes::{RUN_ID, RunProcess, run_processes, wait_until_gone};
pub use state_directory::StateDirectory;
pub use supervisor::{OWN_PROGRAM, Supervisor, supervise};

/// How often the parts are checked while nothing else is done.
const WATCH: Duration = Duration::from_millis(100);

/// Why the parts are not up.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// A port is in use: the environment is not ready.
    #[error(transparent)]
    PortsTaken(#[from] PortsTaken),
    /// Health pages cannot be requested.
    #[error("cannot build the HTTP client")]
    Http(#[from] reqwest::Error),
    /// A part did not become ready.
    #[error(transparent)]
    Part(#[from] PartError),
}

/// Parts that are running, in the order in which they are stopped. Dropping it kills them.
#[derive(Debug)]
pub struct Native {
    parts: Vec<Part>,
}

impl Native {
    /// Starts every part of the plan and waits until all are ready. Dropping the future kills what it had started.
    ///
    /// # Errors
    /// When a port is in use or a part does not become ready; nothing is left running then.
    pub async fn up(plan: Plan, mut on_ready: impl FnMut(&str, Duration)) -> Result<Self, UpError> {
        ports::check(&plan)?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let mut parts: Vec<Part> = plan.parts.iter().map(|part| Part::new(&plan, part.clone(), http.clone())).collect();
        parts.sort_by_key(|part| part.plan.tier);
        // All before the first is started: after a rejection nothing has to be stopped.
        try_join_all(parts.iter().map(Part::validate)).await?;
        let start = async |part: &mut Part| part.start().await.map(|took| (part.plan.name.clone(), took));
        let mut starting: FuturesUnordered<_> = parts.iter_mut().map(start).collect();
        while let Some(started) = starting.next().await {
            let (part, took) = started?;
            on_ready(&part, took);
        }
        drop(starting);
        Ok(Self { parts })
    }

    /// The part of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn part(&mut self, name: &str) -> Result<&mut Part, PartError> {
        let known = self.parts.iter().map(|part| part.plan.name.clone()).collect();
        let part = self.parts.iter_mut().find(|part| part.plan.name == name);
        part.ok_or_else(|| PartError::Unknown { part: name.to_owned(), known })
    }

    /// Stops all parts, a sender before its receiver, so that nothing in flight is lost.
    pub async fn down(&mut self) -> Vec<Stopped> {
        let mut stopped = Vec::new();
        for tier in self.parts.chunk_by_mut(|one, next| one.plan.tier == next.plan.tier) {
            stopped.extend(join_all(tier.iter_mut().map(Part::stop)).await);
        }
        stopped
    }

    /// The parts that do not run any more, and how they ended.
    pub fn ended(&mut self) -> Vec<(String, ExitStatus)> {
        self.parts.iter_mut().filter_map(|part| Some((part.plan.name.clone(), part.ended()?))).collect()
    }

    /// Waits until a part has ended.
    pub async fn any_ended(&mut self) -> (String, ExitStatus) {
        let mut ticks = interval(WATCH);
        loop {
            ticks.tick().await;
            if let Some(ended) = self.ended().into_iter().next() {
                return ended;
            }
        }
    }
}
