//! What a run found, for people and for machines.
//!
//! # Layout
//! - [`console`]: where text goes, in colour or not
//! - [`document`]: the one JSON document of `--json`
//! - [`screen`]: the lines that people read

pub mod console;
pub mod document;
pub mod screen;

pub use console::Console;
pub use document::Report;
