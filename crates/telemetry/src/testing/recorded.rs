//! Spans as plain data, with IDs as text and attributes as JSON values.

use std::collections::BTreeMap;
use std::time::SystemTime;

use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// A span that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedSpan {
    /// The trace ID: 32 hexadecimal digits.
    pub trace_id: String,
    /// The span ID: 16 hexadecimal digits.
    pub span_id: String,
    /// The span ID of the parent; `None` for a root span.
    pub parent_span_id: Option<String>,
    /// The span name.
    pub name: String,
    /// The span kind: SERVER, CLIENT, PRODUCER, CONSUMER or INTERNAL.
    pub kind: String,
    /// The start time.
    pub start: SystemTime,
    /// The end time.
    pub end: SystemTime,
    /// The attributes with their types: 200 is not "200". Arrays are converted to text.
    pub attributes: BTreeMap<String, serde_json::Value>,
    /// The events, in order.
    pub events: Vec<RecordedEvent>,
    /// The trace ID and span ID of each link.
    pub links: Vec<(String, String)>,
    /// The span status: `None` if unset, otherwise `OK`, `ERROR` or `ERROR: description`.
    pub status: Option<String>,
}

/// An event of a span.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedEvent {
    /// The event name.
    pub name: String,
    /// The attributes with their types.
    pub attributes: BTreeMap<String, serde_json::Value>,
}

impl From<SpanData> for RecordedSpan {
    fn from(span: SpanData) -> Self {
        let parent = span.parent_span_id;
        let link = |link: &opentelemetry::trace::Link| {
            (link.span_context.trace_id().to_string(), link.span_context.span_id().to_string())
        };
        Self {
            trace_id: span.span_context.trace_id().to_string(),
            span_id: span.span_context.span_id().to_string(),
            parent_span_id: (parent != SpanId::INVALID).then(|| parent.to_string()),
            name: span.name.into_owned(),
            kind: kind(&span.span_kind).to_owned(),
            start: span.start_time,
            end: span.end_time,
            attributes: attributes(&span.attributes),
            events: span.events.iter().map(RecordedEvent::from).collect(),
            links: span.links.iter().map(link).collect(),
            status: status(&span.status),
        }
    }
}

impl From<&opentelemetry::trace::Event> for RecordedEvent {
    fn from(event: &opentelemetry::trace::Event) -> Self {
        Self { name: event.name.clone().into_owned(), attributes: attributes(&event.attributes) }
    }
}

fn kind(kind: &SpanKind) -> &'static str {
    match kind {
        SpanKind::Client => "CLIENT",
        SpanKind::Server => "SERVER",
        SpanKind::Producer => "PRODUCER",
        SpanKind::Consumer => "CONSUMER",
        SpanKind::Internal => "INTERNAL",
    }
}

fn status(status: &Status) -> Option<String> {
    match status {
        Status::Unset => None,
        Status::Ok => Some("OK".to_owned()),
        Status::Error { description } if description.is_empty() => Some("ERROR".to_owned()),
        Status::Error { description } => Some(format!("ERROR: {description}")),
    }
}

fn attributes(attributes: &[KeyValue]) -> BTreeMap<String, serde_json::Value> {
    attributes.iter().map(|pair| (pair.key.to_string(), json(&pair.value))).collect()
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::I64(value) => (*value).into(),
        Value::F64(value) => (*value).into(),
        other => other.to_string().into(),
    }
}
