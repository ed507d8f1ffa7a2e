//! The structure of the JSON documents; unknown fields are ignored, and missing fields have the defaults of protobuf.

use serde::Deserialize;

use super::{
    number::{Integer, Member},
    value::KeyValue,
};

/// Every document that [`parse`](super::parse) accepts; its keys determine which one it is.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    #[serde(alias = "resource_spans")]
    pub(super) resource_spans: Option<Vec<ResourceSpans>>,
    pub(super) result: Option<Box<Document>>,
    pub(super) error: Option<ApiError>,
    #[serde(flatten)]
    pub(super) others: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ApiError {
    #[serde(alias = "http_code")]
    pub(super) http_code: u16,
    pub(super) message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ResourceSpans {
    pub(super) resource: Resource,
    #[serde(alias = "scope_spans")]
    pub(super) scope_spans: Vec<ScopeSpans>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Resource {
    pub(super) attributes: Vec<KeyValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ScopeSpans {
    pub(super) scope: Scope,
    pub(super) spans: Vec<Span>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Scope {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) attributes: Vec<KeyValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Span {
    #[serde(alias = "trace_id")]
    pub(super) trace_id: String,
    #[serde(alias = "span_id")]
    pub(super) span_id: String,
    #[serde(alias = "trace_state")]
    pub(super) trace_state: String,
    #[serde(alias = "parent_span_id")]
    pub(super) parent_span_id: String,
    pub(super) flags: u32,
    pub(super) name: String,
    pub(super) kind: Member,
    #[serde(alias = "start_time_unix_nano")]
    pub(super) start_time_unix_nano: Integer<u64>,
    #[serde(alias = "end_time_unix_nano")]
    pub(super) end_time_unix_nano: Integer<u64>,
    pub(super) attributes: Vec<KeyValue>,
    pub(super) events: Vec<Event>,
    pub(super) links: Vec<Link>,
    pub(super) status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Event {
    #[serde(alias = "time_unix_nano")]
    pub(super) time_unix_nano: Integer<u64>,
    pub(super) name: String,
    pub(super) attributes: Vec<KeyValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Link {
    #[serde(alias = "trace_id")]
    pub(super) trace_id: String,
    #[serde(alias = "span_id")]
    pub(super) span_id: String,
    #[serde(alias = "trace_state")]
    pub(super) trace_state: String,
    pub(super) flags: u32,
    pub(super) attributes: Vec<KeyValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status {
    pub(super) message: String,
    pub(super) code: Member,
}
