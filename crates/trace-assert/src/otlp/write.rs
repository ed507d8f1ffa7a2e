//! Converts spans to OTLP JSON.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::value::key_values;
use crate::model::{Event, Kind, Link, Span, Status};

/// Returns the spans as one `TracesData` document on one line, without a newline at its end.
///
/// The order of the spans is kept. Adjacent spans with the same resource and scope share one entry.
pub fn write(spans: &[Span]) -> String {
    let resource_spans: Vec<_> = spans.chunk_by(same_resource).map(write_resource_spans).collect();
    json!({ "resourceSpans": resource_spans }).to_string()
}

fn same_resource(a: &Span, b: &Span) -> bool {
    Arc::ptr_eq(&a.resource, &b.resource) || a.resource == b.resource
}

fn same_scope(a: &Span, b: &Span) -> bool {
    Arc::ptr_eq(&a.scope, &b.scope) || a.scope == b.scope
}

fn write_resource_spans(spans: &[Span]) -> Json {
    let scope_spans: Vec<_> = spans.chunk_by(same_scope).map(write_scope_spans).collect();
    json!({ "resource": { "attributes": key_values(&spans[0].resource.attributes) }, "scopeSpans": scope_spans })
}

fn write_scope_spans(spans: &[Span]) -> Json {
    let scope = &spans[0].scope;
    let attributes = key_values(&scope.attributes);
    let spans: Vec<_> = spans.iter().map(write_span).collect();
    json!({ "scope": { "name": scope.name, "version": scope.version, "attributes": attributes }, "spans": spans })
}

fn write_span(span: &Span) -> Json {
    let mut json = json!({
        "traceId": span.trace_id.to_string(),
        "spanId": span.span_id.to_string(),
        "flags": span.flags,
        "name": span.name,
        "kind": kind(span.kind),
        "startTimeUnixNano": span.start.to_string(),
        "endTimeUnixNano": span.end.to_string(),
        "attributes": key_values(&span.attributes),
        "status": status(&span.status),
    });
    if let Some(fields) = json.as_object_mut() {
        write_optional(span, fields);
    }
    json
}

/// Adds the fields that most spans do not have.
fn write_optional(span: &Span, fields: &mut Map<String, Json>) {
    if let Some(parent) = span.parent {
        fields.insert("parentSpanId".to_owned(), parent.to_string().into());
    }
    if !span.trace_state.is_empty() {
        fields.insert("traceState".to_owned(), span.trace_state.clone().into());
    }
    if !span.events.is_empty() {
        fields.insert("events".to_owned(), span.events.iter().map(write_event).collect());
    }
    if !span.links.is_empty() {
        fields.insert("links".to_owned(), span.links.iter().map(write_link).collect());
    }
}

fn write_event(event: &Event) -> Json {
    let attributes = key_values(&event.attributes);
    json!({ "timeUnixNano": event.time.to_string(), "name": event.name, "attributes": attributes })
}

fn write_link(link: &Link) -> Json {
    json!({
        "traceId": link.trace_id.to_string(),
        "spanId": link.span_id.to_string(),
        "traceState": link.trace_state,
        "flags": link.flags,
        "attributes": key_values(&link.attributes),
    })
}

fn kind(kind: Kind) -> u8 {
    match kind {
        Kind::Internal => 1,
        Kind::Server => 2,
        Kind::Client => 3,
        Kind::Producer => 4,
        Kind::Consumer => 5,
    }
}

fn status(status: &Status) -> Json {
    match status {
        Status::Unset => json!({}),
        Status::Ok => json!({ "code": 1 }),
        Status::Error(message) => json!({ "code": 2, "message": message }),
    }
}
