//! What a handler may say about the span it runs in, without knowing OpenTelemetry.
//!
//! "Current" is what OpenTelemetry takes for it.  Entering a `tracing` span makes its context current there, so that it is the
//! same span; but a span that a library has made by the OpenTelemetry API is none that `tracing` knows of.

use std::error::Error;
use std::future::Future;

use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_semantic_conventions::attribute::{ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_TYPE};
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Adds an event to the current span.  Log lines are not span events here: what a trace shall show is said explicitly.
pub fn event(name: &'static str, attributes: impl IntoIterator<Item = KeyValue>) {
    Context::map_current(|context| context.span().add_event(name, attributes.into_iter().collect()));
}

/// Sets an attribute of the current span; an integer must be an `i64`.
pub fn attribute(key: &'static str, value: impl Into<Value>) {
    let attribute = KeyValue::new(key, value);
    Context::map_current(|context| context.span().set_attribute(attribute));
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
    Context::map_current(|context| {
        let span = context.span();
        span.add_event("exception", attributes);
        // The first description stays: the middleware adds no status of its own to a span that has one.
        span.set_status(Status::error(message));
    });
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
