//! Where the programs of the lab come from: PATH, the lab's cache, Debian packages, pinned Go builds, cargo.
//!
//! # Layout
//! - `setup_context`: where things are, and whom to tell; `search`: looking for programs on a PATH
//! - `lookup`: one program by its name, on PATH or in the cache
//! - `cache`: the folder that keeps what was built; `fingerprint`: names a build after the files that pin it
//! - `debian`, `go_build`, `services`: the three ways to make what is missing
//! - `dangling_links`: what an unpacked package lacks
//! - `command`: one command of these, with log, progress and deadline
//! - `ensure`: all of it, side by side; `progress`, `error`: what is said meanwhile and at the end

mod cache;
mod command;
mod dangling_links;
mod debian;
mod ensure;
mod error;
mod fingerprint;
mod go_build;
mod lookup;
mod progress;
mod search;
mod services;
mod setup_context;

pub use cache::{Cache, locate as locate_cache};
pub use ensure::ensure;
pub use error::{Failed, SetupError};
pub use lookup::{LookupError, lookup};
pub use progress::{Planned, Progress};
pub use search::on_path;
pub use setup_context::SetupContext;
