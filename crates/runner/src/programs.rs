//! The programs that parts run. Each role of the topology has one file, which holds everything that is particular to it.
//!
//! # Layout
//! - `redis`, `prometheus`, `collector`, `jaeger`, `service`: one program each: where it comes from, its arguments, the files
//!   that it reads, how it rejects its configuration, when it stops
//! - `program`: what these have in common; `run_context`: the run from which their arguments are made
//! - `external`: a program from outside this workspace, and how it is built
//! - `roles`: the program of each role; `tools`: where each program was found

mod collector;
mod external;
mod jaeger;
mod program;
mod prometheus;
mod redis;
mod roles;
mod run_context;
mod service;
mod tools;

pub(crate) use external::{DebianPackages, External, GoBuild, Origin};
pub use program::Rejection;
pub(crate) use program::StopOrder;
pub(crate) use roles::{externals, for_role};
pub(crate) use run_context::state_directory;
pub use run_context::{PlanError, RunContext};
pub use tools::Tools;
