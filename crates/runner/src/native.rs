//! The parts of a scenario as real processes of this machine: planned, started, watched, stopped.
//!
//! # Layout
//! - `plan`: what is to be started; `composition` makes it from part names, layers and the topology
//! - `base_environment`: the few variables of the caller that a part sees
//! - `ports`: who holds a port that we need, and which offset is free
//! - `files`: what stands in a part's state directory
//! - `process`: one child process in its own group, `process_group`; `log`: the end of what it wrote
//! - `start_failure`: what made a collector end at its start
//! - `notify`, `ready`: the sign that a part is ready
//! - `part`: one part through its starts and stops; `paused`: one that is frozen for a while; `up`: all of them
//! - `carriers`: the processes of a run, and waiting for their end
//! - `supervisor`: no process outlives `lab`
//! - `proc_fs`: who holds a port, by `/proc`

mod base_environment;
mod carriers;
mod composition;
mod files;
mod log;
mod notify;
mod part;
mod paused;
mod plan;
mod ports;
mod proc_fs;
mod process;
mod process_group;
mod ready;
mod start_failure;
mod supervisor;
mod up;

pub use base_environment::base_environment;
pub use carriers::{Carrier, RUN_ID, carriers, wait_until_gone};
pub use composition::{Composition, PlanError, plan};
pub use log::tail;
pub use part::{PartError, Stopped};
pub use paused::Paused;
pub use plan::{PartPlan, Plan, Ready};
pub use ports::{PortsTaken, Taken, check as check_ports};
pub(crate) use process::Process;
pub use start_failure::StartFailure;
pub use supervisor::{OWN_PROGRAM, Supervisor, supervise};
pub use up::{Event, Native, UpError};
