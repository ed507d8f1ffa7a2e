//! The lab: what runs where, started, driven, read back and proved.
//!
//! # Layout
//! - [`cli`], [`command`], [`exit`]: what one types, what it does, how it ends
//! - [`lab`]: what every command needs
//! - [`topology`], [`scenario`], [`document`]: the files that define everything, read strictly
//! - [`setup`], [`native`]: tools fetched or built; parts as processes of this machine
//! - [`check`], [`ledger`]: steps driven, counters read, traces proved
//! - [`samplers`]: which head samplers the services say they have
//! - [`explain`]: what became of one trace, and who decided it
//! - [`report`]: what was found, for people and machines

pub mod check;
pub mod cli;
pub mod command;
pub mod document;
pub mod exit;
pub mod explain;
pub mod lab;
pub mod ledger;
pub mod native;
pub mod rehearsal;
pub mod report;
pub mod samplers;
pub mod scenario;
pub mod setup;
pub mod topology;
