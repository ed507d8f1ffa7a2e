//! A span and all that hangs on it.

use std::{collections::BTreeMap, sync::Arc};

use opentelemetry_semantic_conventions::attribute::SERVICE_NAME;

use super::{Kind, SpanId, Status, TraceId, Value};

/// Attributes by key.
pub type Attributes = BTreeMap<String, Value>;

/// What emitted a span: a process, with the attributes that describe it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Resource {
    /// `service.name` and its companions.
    pub attributes: Attributes,
}

/// The instrumentation that made a span.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Usually the name of a library; empty when unknown.
    pub name: String,
    /// Its version; empty when unknown.
    pub version: String,
    /// Further attributes.
    pub attributes: Attributes,
}

impl Scope {
    /// Whether this is what somebody calls `name`, or `name@version`.
    pub fn is(&self, called: &str) -> bool {
        let version = called.strip_prefix(self.name.as_str()).and_then(|rest| rest.strip_prefix('@'));
        called == self.name || version == Some(&self.version)
    }

    /// Its name, in the form in which it was called: with the version, or without.
    pub(crate) fn like(&self, called: &str) -> String {
        if called.contains('@') { format!("{}@{}", self.name, self.version) } else { self.name.clone() }
    }
}

/// Something that happened at one moment of a span.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Event {
    /// When, in nanoseconds since the Unix epoch.
    pub time: u64,
    /// What.
    pub name: String,
    /// Details.
    pub attributes: Attributes,
}

/// A pointer to another span, of the same trace or of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Link {
    /// The trace of the span pointed to.
    pub trace_id: TraceId,
    /// The span pointed to.
    pub span_id: SpanId,
    /// The W3C `tracestate` that came with it.
    pub trace_state: String,
    /// The W3C trace flags that came with it.
    pub flags: u32,
    /// Details.
    pub attributes: Attributes,
}

/// One span.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The trace it belongs to.
    pub trace_id: TraceId,
    /// Its own id.
    pub span_id: SpanId,
    /// The id of its parent; none for a root.
    pub parent: Option<SpanId>,
    /// What it did, in few words.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// When it started, in nanoseconds since the Unix epoch.
    pub start: u64,
    /// When it ended, in nanoseconds since the Unix epoch.
    pub end: u64,
    /// Its attributes.
    pub attributes: Attributes,
    /// Its events, in the order in which they were stored.
    pub events: Vec<Event>,
    /// Its links, in the order in which they were stored.
    pub links: Vec<Link>,
    /// How it ended.
    pub status: Status,
    /// The W3C `tracestate`; empty for none.
    pub trace_state: String,
    /// The W3C trace flags, with OTLP's bits above them.
    pub flags: u32,
    /// What emitted it.
    pub resource: Arc<Resource>,
    /// The instrumentation that made it.
    pub scope: Arc<Scope>,
}

impl Span {
    /// The service that emitted it: its resource's `service.name`, or an empty text.
    pub fn service(&self) -> &str {
        self.resource.attributes.get(SERVICE_NAME).and_then(Value::as_str).unwrap_or_default()
    }

    /// How long it took, in nanoseconds; 0 if it ended before it started.
    pub fn duration(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Service, kind and name as an expectation writes them: `users SERVER "GET /user"`.
    pub fn title(&self) -> String {
        crate::expect::title(self.service(), self.kind, &self.name)
    }
}
