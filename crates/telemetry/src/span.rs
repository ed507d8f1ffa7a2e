//! Functions for handlers: they add events, attributes and exceptions to the current span without using OpenTelemetry
//! directly.
//!
//! The current span is the one in the current OpenTelemetry context. Entering a `tracing` span makes its
//! OpenTelemetry span current. A library can also create spans with the OpenTelemetry API, which `tracing` cannot
//! access. Therefore these functions do not use `tracing`.

use std::error::Error;
use std::future::Future;

use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_semantic_conventions::attribute::{ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_TYPE};
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Adds an event to the current span. Log lines do not become span events here, so call this for everything that a
/// trace has to show.
pub fn event(name: &'static str, attributes: impl IntoIterator<Item = KeyValue>) {
    Context::map_current(|context| context.span().add_event(name, attributes.into_iter().collect()));
}

/// Sets an attribute of the current span. Use `i64` for integers.
pub fn attribute(key: &'static str, value: impl Into<Value>) {
    let attribute = KeyValue::new(key, value);
    Context::map_current(|context| context.span().set_attribute(attribute));
}

/// Records an exception on the current span as the semantic conventions define it: the event `exception`, and the
/// status `Error`.
///
/// Call it once, where the error is handled. If every level recorded it, one failure would look like several.
pub fn record_exception<E: Error>(error: &E) {
    let message = error.to_string();
    let attributes = vec![
        KeyValue::new(EXCEPTION_TYPE, std::any::type_name::<E>()),
        KeyValue::new(EXCEPTION_MESSAGE, message.clone()),
    ];
    Context::map_current(|context| {
        let span = context.span();
        span.add_event("exception", attributes);
        // The middleware later sets an error status without a description, which does not replace this one.
        span.set_status(Status::error(message));
    });
}

/// Marks a span as failed: sets the status `Error` and `error.type`, which must be one of a few words.
pub(crate) fn fail(span: &Span, error_type: impl Into<Value>, description: impl Into<String>) {
    span.set_attribute(ERROR_TYPE, error_type);
    span.set_status(Status::error(description.into()));
}

/// Makes a context that was extracted from a request or a message the parent of the span.
pub(crate) fn adopt(span: &Span, parent: Context) {
    // The parent can be set only before the span starts, that is before it is entered or its context is read. Here
    // this fails only without a subscriber, and then there are no spans.
    let _ = span.set_parent(parent);
}

/// Runs work in a new root span. Use it for work without a request, such as a timer.
pub async fn root<F: Future>(name: &'static str, work: F) -> F::Output {
    // `parent: None` makes it a root span even if another span is current. INTERNAL is the default span kind.
    let span = tracing::info_span!(target: "otel", parent: None, "root", otel.name = name);
    work.instrument(span).await
}
