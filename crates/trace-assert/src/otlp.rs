//! Reads and writes OTLP JSON.
//!
//! [`parse`] accepts `TracesData`, export requests (which have the same structure), and responses of Jaeger's
//! `/api/v3/traces`. A text may contain several documents in sequence. [`write()`] returns one `TracesData` document
//! on one line.
//!
//! Spans that are written and parsed again are unchanged if their IDs are not zero; only the bits of a NaN may
//! differ. Schema URLs and counts of dropped attributes, events and links are not kept.

mod error;
mod number;
mod read;
mod value;
mod wire;
mod write;

pub use error::OtlpError;
pub use read::parse;
pub use write::write;
