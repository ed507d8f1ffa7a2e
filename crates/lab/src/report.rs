//! What a run found, for people and for machines.
//!
//! # Layout
//! - [`console`]: where text goes, in colour or not
//! - [`screen`]: the lines that people read

pub mod console;
pub mod screen;

pub use console::Console;
