#![doc = include_str!("../README.md")]
//!
//! # Layout
//!
//! [`model`] is spans and traces; [`otlp`] reads and writes them; [`expect`] is the text form of a trace, with its
//! grammar; `matching` decides and `mismatch` explains; [`laws`] and [`render`] need no expectation.

pub mod expect;
pub mod laws;
mod matching;
mod mismatch;
pub mod model;
pub mod otlp;
pub mod render;

pub use expect::{Expectation, Labels, ParseError, Pattern, RemovalError, SpanRef};
pub use matching::Difference;
pub use mismatch::{DiffLine, Mark, Mismatch};
pub use model::{
    Attributes, Event, Forest, Kind, Link, Resource, Root, Scope, Span, SpanId, Status, Trace, TraceId, Value,
};
