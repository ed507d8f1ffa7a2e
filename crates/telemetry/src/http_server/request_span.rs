//! The SERVER span of a request, with all attributes that are known before the sampler decides.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, MatchedPath, Request};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method, Version, header};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_semantic_conventions::attribute::{
    CLIENT_ADDRESS, HTTP_REQUEST_METHOD, HTTP_REQUEST_METHOD_ORIGINAL, HTTP_ROUTE, NETWORK_PROTOCOL_VERSION,
    SERVER_ADDRESS, SERVER_PORT, URL_PATH, URL_QUERY, URL_SCHEME, USER_AGENT_ORIGINAL,
};
use tracing::{Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::RequestHook;
use crate::redaction;

/// Opens the span as a child of what the request's headers say, or as a root.
pub(super) fn open(request: &Request, hook: &dyn RequestHook) -> Span {
    let parent = parent(request.headers());
    let (method, original) = method(request.method());
    let route = route(request);
    // Attributes that are None are left out.  Headers only by name: cookies and authorization never get here.
    let span = info_span!(
        target: "otel", parent: None, "request",
        otel.name = name(method, route),
        otel.kind = "server",
        { HTTP_REQUEST_METHOD } = method,
        { HTTP_REQUEST_METHOD_ORIGINAL } = original,
        { HTTP_ROUTE } = route,
        { URL_SCHEME } = "http",
        { URL_PATH } = request.uri().path(),
        { URL_QUERY } = request.uri().query().map(redaction::query),
        { NETWORK_PROTOCOL_VERSION } = protocol_version(request.version()),
        { CLIENT_ADDRESS } = client_address(request),
        { USER_AGENT_ORIGINAL } = text(request.headers(), &header::USER_AGENT),
    );
    if let Some(server) = authority(request) {
        span.set_attribute(SERVER_ADDRESS, server.host().to_owned());
        if let Some(port) = server.port_u16() {
            span.set_attribute(SERVER_PORT, i64::from(port));
        }
    }
    for KeyValue { key, value, .. } in hook.attributes(request) {
        span.set_attribute(key, value);
    }
    adopt(&span, parent);
    span
}

/// Makes what arrived the parent.
pub(crate) fn adopt(span: &Span, parent: Context) {
    // Only before the span starts, that is before it is entered or asked for its context; so this cannot fail here,
    // except without a subscriber, and then there are no spans at all.
    let _ = span.set_parent(parent);
}

fn parent(headers: &HeaderMap) -> Context {
    // Into an empty context: whatever this task did before is not the request's parent.
    global::get_text_map_propagator(|propagator| {
        propagator.extract_with_context(&Context::new(), &HeaderExtractor(headers))
    })
}

/// `GET /user`; only the method when no route matched.  Never the path: every name would be a new one.
fn name(method: &str, route: Option<&str>) -> String {
    let method = if method == OTHER { "HTTP" } else { method };
    route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}"))
}

const OTHER: &str = "_OTHER";

/// A method that is not known becomes `_OTHER`, or a client could make up as many names as it likes.
pub(super) fn method(method: &Method) -> (&str, Option<&str>) {
    const KNOWN: [Method; 9] = [
        Method::CONNECT,
        Method::DELETE,
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::PATCH,
        Method::POST,
        Method::PUT,
        Method::TRACE,
    ];
    if KNOWN.contains(method) { (method.as_str(), None) } else { (OTHER, Some(method.as_str())) }
}

pub(super) fn route(request: &Request) -> Option<&str> {
    request.extensions().get::<MatchedPath>().map(MatchedPath::as_str)
}

pub(super) fn protocol_version(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        Version::HTTP_2 => Some("2"),
        _ => None,
    }
}

fn client_address(request: &Request) -> Option<String> {
    let ConnectInfo(address) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    Some(address.ip().to_string())
}

fn authority(request: &Request) -> Option<Authority> {
    let named = text(request.headers(), &header::HOST).and_then(|host| host.parse().ok());
    named.or_else(|| request.uri().authority().cloned())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_few_whatever_clients_send() {
        assert_eq!(name("GET", Some("/user")), "GET /user");
        assert_eq!(name("GET", None), "GET");
        let invented = Method::from_bytes(b"BREW").unwrap();
        let (known, original) = method(&invented);
        assert_eq!((name(known, None).as_str(), known, original), ("HTTP", "_OTHER", Some("BREW")));
    }
}
