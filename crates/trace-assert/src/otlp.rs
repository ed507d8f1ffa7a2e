//! OTLP JSON in and out.
//!
//! [`parse`] reads `TracesData` (or an export request, which looks the same), one document or several one after the
//! other, and what Jaeger's `/api/v3/traces` answers; [`write()`] writes one `TracesData` on one line. What
//! [`write()`] wrote, [`parse`] reads back unchanged. Schema URLs and counts of dropped items are not kept.

mod error;
mod number;
mod read;
mod value;
mod wire;
mod write;

pub use error::OtlpError;
pub use read::parse;
pub use write::write;
