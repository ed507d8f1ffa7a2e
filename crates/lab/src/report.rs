//! The result of a run, for people and for programs.
//!
//! # Layout
//! - [`console`]: where text goes, in color or not
//! - [`screen`]: the lines that people read

pub mod console;
pub mod screen;

pub use console::Console;
