//! The command line: what people type, and what is printed.
//!
//! # Layout
//! - [`cli`], [`command`], [`exit`]: what one types, what it does, how it ends
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
