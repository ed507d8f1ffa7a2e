//! What a handler may say about the span it runs in, without knowing OpenTelemetry.

use std::error::Error;
use std::future::Future;

use opentelemetry::trace::Status;
use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_semantic_conventions::attribute::{ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_TYPE};
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Adds an event to the current span.  Log lines are not span events here: what a trace shall show is said explicitly.
pub fn event(name: &'static str, attributes: impl IntoIterator<Item = KeyValue>) {
    Span::current().add_event(name, attributes.into_iter().collect());
}

/// Sets an attribute of the current span; an integer must be an `i64`.
pub fn attribute(key: &'static str, value: impl Into<Value>) {
    Span::current().set_attribute(Key::from_static_str(key), value);
}

/// Records an error on the current span in exactly the form of the conventions: the event `exception`, and status ERROR.
///
/// Call it once, where the error is handled; the same failure recorded at each level looks like several.
pub fn record_exception<E: Error>(error: &E) {
    let message = error.to_string();
    let attributes = vec![
        KeyValue::new(EXCEPTION_TYPE, std::any::type_name::<E>()),
        KeyValue::new(EXCEPTION_MESSAGE, message.clone()),
    ];
    let span = Span::current();
    span.add_event("exception", attributes);
    // The first description stays: the middleware adds no status of its own to a span that has one.
    span.set_status(Status::error(message));
}

/// Marks a span as failed: status ERROR and what kind of error it was, in few distinct words.
pub(crate) fn fail(span: &Span, error_type: impl Into<Value>, description: impl Into<String>) {
    span.set_attribute(ERROR_TYPE, error_type);
    span.set_status(Status::error(description.into()));
}

/// Runs work in a root span of its own: a timer's work has no request that it belongs to.
pub async fn root<F: Future>(name: &'static str, work: F) -> F::Output {
    // `parent: None` also when a span is current; INTERNAL is the kind of a span that says no other.
    let span = tracing::info_span!(target: "otel", parent: None, "root", otel.name = name);
    work.instrument(span).await
}
