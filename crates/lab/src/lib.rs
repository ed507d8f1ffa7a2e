//! The command line: what people type, and what is printed.
//!
//! # Layout
//! - [`cli`], [`command`], [`exit`]: the command line, the commands, the exit codes
//! - [`lab`]: what every command needs
//! - [`report`]: the result, for people and programs; [`explain`]: what became of one trace, in words
//! - [`rehearsal`]: how the Nix side is rehearsed

pub mod cli;
pub mod command;
pub mod exit;
pub mod explain;
pub mod lab;
pub mod rehearsal;
pub mod report;
