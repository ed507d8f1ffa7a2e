//! The programs that parts run. Each role of the topology has one file, which holds everything that is particular to it.
//!
//! # Layout
//! - `redis`, `prometheus`, `collector`, `jaeger`, `service`: one program each: where it comes from, its arguments, the files
//!   that it reads, how it rejects its configuration, when it stops
//! - `program`: what these have in common; `part_context`: what their arguments are made of
//! - `external`: a program that is not ours, and how it is made
//! - `roles`: the program of each role; `tools`: where each program was found

mod collector;
mod external;
mod jaeger;
mod part_context;
mod program;
mod prometheus;
mod redis;
mod roles;
mod service;
mod tools;

pub use external::{DebianPackages, External, GoBuild, GoSources, Origin};
pub use part_context::{ArgumentsError, PartContext};
pub use program::{Program, Rejection, Source, StopOrder};
pub use roles::{externals, for_role};
pub use tools::Tools;
