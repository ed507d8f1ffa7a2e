//! Traces as data.

pub mod expect;
pub mod laws;
mod matching;
mod mismatch;
pub mod model;
pub mod otlp;
pub mod render;

pub use expect::{Expectation, Labels, ParseError, Pattern, SpanRef};
pub use matching::Difference;
pub use mismatch::{DiffLine, Mark, Mismatch};
pub use model::{
    Attributes, Event, Forest, Kind, Link, Resource, Root, Scope, Span, SpanId, Status, Trace, TraceId, Value,
};
