//! Converts OTLP JSON to spans.

use std::sync::Arc;

use serde_json::Deserializer;

use super::{
    error::OtlpError,
    number::{Integer, Member},
    value::attributes,
    wire,
};
use crate::model::{Event, Kind, Link, Resource, Scope, Span, SpanId, Status, TraceId};

/// Reads the spans of all documents in `text`, in their order.
///
/// # Errors
///
/// Returns an [`OtlpError`] if the text is not OTLP JSON, if a span has an invalid field, or if the document is an
/// error response of a query API.
pub fn parse(text: &str) -> Result<Vec<Span>, OtlpError> {
    let mut spans = Vec::new();
    for document in Deserializer::from_str(text).into_iter::<wire::Document>() {
        read_document(document?, &mut spans)?;
    }
    Ok(spans)
}

fn read_document(document: wire::Document, spans: &mut Vec<Span>) -> Result<(), OtlpError> {
    if let Some(error) = document.error {
        return Err(OtlpError::Answer { code: error.http_code, message: error.message });
    }
    match (document.resource_spans, document.result) {
        (Some(resource_spans), _) => {
            resource_spans.into_iter().try_for_each(|resource_spans| read_resource_spans(resource_spans, spans))
        }
        (None, Some(result)) => read_document(*result, spans),
        // Protobuf omits empty lists, so an empty object is a result without spans.
        (None, None) if document.others.is_empty() => Ok(()),
        (None, None) => {
            let keys: Vec<_> = document.others.keys().map(|key| format!("`{key}`")).collect();
            Err(OtlpError::Unknown(keys.join(", ")))
        }
    }
}

fn read_resource_spans(from: wire::ResourceSpans, spans: &mut Vec<Span>) -> Result<(), OtlpError> {
    let resource = Arc::new(Resource { attributes: attributes(from.resource.attributes) });
    for scope_spans in from.scope_spans {
        let wire::Scope { name, version, attributes: scope_attributes } = scope_spans.scope;
        let scope = Arc::new(Scope { name, version, attributes: attributes(scope_attributes) });
        for span in scope_spans.spans {
            let name = span.name.clone();
            let read = read_span(span, &resource, &scope);
            spans.push(read.map_err(|problem| OtlpError::Span { name, problem })?);
        }
    }
    Ok(())
}

fn read_span(from: wire::Span, resource: &Arc<Resource>, scope: &Arc<Scope>) -> Result<Span, String> {
    let (Integer(start), Integer(end)) = (from.start_time_unix_nano, from.end_time_unix_nano);
    Ok(Span {
        trace_id: trace_id(&from.trace_id)?,
        span_id: span_id(&from.span_id)?,
        parent: parent_id(&from.parent_span_id)?,
        name: from.name,
        kind: kind(from.kind)?,
        start,
        end,
        attributes: attributes(from.attributes),
        events: from.events.into_iter().map(read_event).collect(),
        links: from.links.into_iter().map(read_link).collect::<Result<_, _>>()?,
        status: status(from.status)?,
        trace_state: from.trace_state,
        flags: from.flags,
        resource: Arc::clone(resource),
        scope: Arc::clone(scope),
    })
}

fn read_event(from: wire::Event) -> Event {
    let Integer(time) = from.time_unix_nano;
    Event { time, name: from.name, attributes: attributes(from.attributes) }
}

fn read_link(from: wire::Link) -> Result<Link, String> {
    Ok(Link {
        trace_id: trace_id(&from.trace_id)?,
        span_id: span_id(&from.span_id)?,
        trace_state: from.trace_state,
        flags: from.flags,
        attributes: attributes(from.attributes),
    })
}

fn trace_id(text: &str) -> Result<TraceId, String> {
    let id: TraceId = text.parse().map_err(|error| format!("trace ID: {error}"))?;
    if id.is_zero() { Err("the trace ID is all zeros".to_owned()) } else { Ok(id) }
}

fn span_id(text: &str) -> Result<SpanId, String> {
    let id: SpanId = text.parse().map_err(|error| format!("span ID: {error}"))?;
    if id.is_zero() { Err("the span ID is all zeros".to_owned()) } else { Ok(id) }
}

fn parent_id(text: &str) -> Result<Option<SpanId>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let id: SpanId = text.parse().map_err(|error| format!("parent span ID: {error}"))?;
    Ok((!id.is_zero()).then_some(id))
}

fn kind(member: Member) -> Result<Kind, String> {
    match member {
        Member::Number(0 | 1) => Ok(Kind::Internal),
        Member::Number(2) => Ok(Kind::Server),
        Member::Number(3) => Ok(Kind::Client),
        Member::Number(4) => Ok(Kind::Producer),
        Member::Number(5) => Ok(Kind::Consumer),
        Member::Number(other) => Err(format!("{other} is not a span kind")),
        Member::Name(name) => match name.strip_prefix("SPAN_KIND_") {
            Some("UNSPECIFIED") => Ok(Kind::Internal),
            Some(word) => word.parse().map_err(|_| format!("{name:?} is not a span kind")),
            None => Err(format!("{name:?} is not a span kind")),
        },
    }
}

fn status(from: wire::Status) -> Result<Status, String> {
    let code = match from.code {
        Member::Number(code @ 0..=2) => code,
        Member::Name(name) if name == "STATUS_CODE_UNSET" => 0,
        Member::Name(name) if name == "STATUS_CODE_OK" => 1,
        Member::Name(name) if name == "STATUS_CODE_ERROR" => 2,
        Member::Number(other) => return Err(format!("{other} is not a status code")),
        Member::Name(name) => return Err(format!("{name:?} is not a status code")),
    };
    Ok(match code {
        0 => Status::Unset,
        1 => Status::Ok,
        _ => Status::Error(from.message),
    })
}
