//! A span with its events, links, resource and instrumentation scope.

use std::{collections::BTreeMap, sync::Arc};

use opentelemetry_semantic_conventions::attribute::SERVICE_NAME;

use super::{
    id::{SpanId, TraceId},
    kind::{Kind, Status},
    title::{Title, TitleKey},
    value::Value,
};

/// Attributes, sorted by key.
pub type Attributes = BTreeMap<String, Value>;

/// The entity that recorded a span, usually a process, described by attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Resource {
    /// The attributes, such as `service.name`.
    pub attributes: Attributes,
}

/// The instrumentation scope of a span: which library or module recorded it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The name, usually that of a library; empty if it is unknown.
    pub name: String,
    /// The version; empty if it is unknown.
    pub version: String,
    /// The attributes of the scope.
    pub attributes: Attributes,
}

impl Scope {
    /// Returns whether `called` is the name of this scope, alone or as `name@version`.
    pub fn is(&self, called: &str) -> bool {
        let version = called.strip_prefix(self.name.as_str()).and_then(|rest| rest.strip_prefix('@'));
        called == self.name || version == Some(&self.version)
    }

    /// Returns the name in the same form as `called`: with the version or without.
    pub(crate) fn like(&self, called: &str) -> String {
        if called.contains('@') { format!("{}@{}", self.name, self.version) } else { self.name.clone() }
    }
}

/// An event: something that happened at one point in time during a span.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Event {
    /// The time, in nanoseconds since the Unix epoch.
    pub time: u64,
    /// The name, for example `exception`.
    pub name: String,
    /// The attributes of the event.
    pub attributes: Attributes,
}

/// A link to a span of the same trace or of another one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Link {
    /// The trace ID of the linked span.
    pub trace_id: TraceId,
    /// The span ID of the linked span.
    pub span_id: SpanId,
    /// The W3C `tracestate` of the linked span; empty if there is none.
    pub trace_state: String,
    /// The flags of the linked span, as OTLP encodes them: the W3C trace flags are the lowest 8 bits.
    pub flags: u32,
    /// The attributes of the link.
    pub attributes: Attributes,
}

/// A span, as it was stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The ID of the trace that contains the span.
    pub trace_id: TraceId,
    /// The ID of the span.
    pub span_id: SpanId,
    /// The ID of the parent span; `None` for a root.
    pub parent: Option<SpanId>,
    /// The name; it describes a class of operations, for example `GET /user`.
    pub name: String,
    /// The kind.
    pub kind: Kind,
    /// The start time, in nanoseconds since the Unix epoch.
    pub start: u64,
    /// The end time, in nanoseconds since the Unix epoch.
    pub end: u64,
    /// The attributes of the span.
    pub attributes: Attributes,
    /// The events, in the order in which they were stored.
    pub events: Vec<Event>,
    /// The links, in the order in which they were stored.
    pub links: Vec<Link>,
    /// The status with which the span ended.
    pub status: Status,
    /// The W3C `tracestate`; empty if there is none.
    pub trace_state: String,
    /// The flags, as OTLP encodes them: the W3C trace flags are the lowest 8 bits.
    pub flags: u32,
    /// The resource that recorded the span.
    pub resource: Arc<Resource>,
    /// The instrumentation scope that recorded the span.
    pub scope: Arc<Scope>,
}

impl Span {
    /// Returns the `service.name` of the resource, or an empty string.
    pub fn service(&self) -> &str {
        self.resource.attributes.get(SERVICE_NAME).and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns the duration in nanoseconds; 0 if the span ended before it started.
    pub fn duration(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Returns service, kind and name in the form of an expectation: `users SERVER "GET /user"`.
    pub fn title(&self) -> String {
        Title::from(self).to_string()
    }

    /// Returns service, kind and name without a copy.
    pub(crate) fn title_key(&self) -> TitleKey<'_> {
        (self.service(), self.kind, &self.name)
    }
}

impl From<&Span> for Title {
    fn from(span: &Span) -> Self {
        span.title_key().into()
    }
}
