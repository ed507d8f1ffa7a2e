//! The command line: what is typed, and what is printed.
//!
//! # Layout
//! - [`cli`]: commands and options; [`command`]: what each command does; [`exit`]: exit codes
//! - [`lab`]: what every command needs; [`console`]: where text goes; [`interrupt`]: Ctrl-C
//! - [`running_parts`]: the parts of a case, while they run
//! - [`report`]: the report of a case as text; [`explain`]: what happened to one trace, as text

pub mod cli;
pub mod command;
pub mod console;
pub mod exit;
pub mod explain;
pub mod interrupt;
pub mod lab;
pub mod report;
pub mod running_parts;
