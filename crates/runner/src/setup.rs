//! Where the programs of the lab come from: PATH, the lab's cache, Debian packages, pinned Go builds, cargo.
//!
//! # Layout
//! - `ensure`: all of it, side by side; `setup_context`: its input; `progress`, `setup_error`: its reports
//! - `lookup`: one program by its name, on PATH or in the cache; `search`: programs on a PATH
//! - `cache`: the folder that keeps what was built
//! - `debian`, `go_build`, `services`: the three ways to build what is missing
//! - `dangling_links`: what an unpacked package lacks
//! - `work`: one piece of work of these, with its commands, log, progress and deadline

mod cache;
mod dangling_links;
mod debian;
mod ensure;
mod go_build;
mod lookup;
mod progress;
mod search;
mod services;
mod setup_context;
mod setup_error;
mod work;

pub use cache::{Cache, locate as locate_cache};
pub use ensure::ensure;
pub use lookup::lookup;
pub use progress::{Planned, Progress};
pub use search::on_path;
pub use setup_context::SetupContext;
pub use setup_error::SetupError;
