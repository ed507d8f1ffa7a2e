//! Behavior of the crate: its results and messages for many traces, compared word for word.

mod build;
mod differences;
mod invariants;
mod labels;
mod messages;
mod observed;
mod order;
mod otlp;
mod pieces;
mod sentences;
mod text;
mod wrecks;
