//! The data model: spans and traces as plain data, read from OTLP JSON or built in code.

mod forest;
mod id;
mod kind;
mod quote;
mod span;
mod texts;
mod title;
mod trace;
mod value;

pub use forest::{Forest, Root};
pub use id::{IdError, SpanId, TraceId};
pub use kind::{Kind, Status, UnknownKind};
pub(crate) use quote::{bare_or_quoted, is_bare, quoted};
pub use span::{Attributes, Event, Link, Resource, Scope, Span};
pub use title::Title;
pub(crate) use title::TitleKey;
pub use trace::Trace;
pub use value::Value;
