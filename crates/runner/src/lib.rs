//! Runner: programs, where each comes from, how each starts, when it is ready, and how it ends.
//!
//! # Layout
//! - [`programs`]: what is particular to each kind of program
//! - [`setup`]: tools found, fetched or built
//! - [`native`]: parts as processes of this machine
//! - `replace_file`: replaces or removes a file

pub mod native;
pub mod programs;
mod replace_file;
pub mod setup;

pub use replace_file::replace_file;
