//! Compares distributed traces with expectations that are written as indented trees.
//!
#![doc = include_str!("../README.md")]
//!
//! # Modules
//!
//! - [`model`]: spans and traces as plain data
//! - [`otlp`]: reads and writes OTLP JSON
//! - [`expect`]: the text form of an expectation, with its grammar
//! - `check`: compares an expectation with a trace; `matching` finds which spans match which lines, and `mismatch`
//!   describes the differences
//! - [`invariants`]: what must hold for every trace, without an expectation
//! - [`render`]: draws a trace for a terminal

mod check;
pub mod expect;
pub mod invariants;
mod matching;
mod mismatch;
pub mod model;
pub mod otlp;
pub mod render;

pub use expect::{Expectation, Labels, ParseError, Pattern, RemovalError, SpanRef};
pub use matching::Difference;
pub use mismatch::{DiffLine, Found, Mark, Mismatch, Orphan, Reason};
pub use model::{
    Attributes, Event, Forest, Kind, Link, Resource, Root, Scope, Span, SpanId, Status, Title, Trace, TraceId, Value,
};
