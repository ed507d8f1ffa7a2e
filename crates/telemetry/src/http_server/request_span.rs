//! Creates the SERVER span of a request, with all attributes that must exist before the sampler decides.

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

use super::hook::RequestHook;
use crate::{redaction, span};

/// Creates the span as a child of the remote parent in the request headers, or as a root span if there is none.
pub(super) fn open(request: &Request, hook: &dyn RequestHook) -> Span {
    let parent = parent(request.headers());
    let (method, original) = method(request.method());
    let route = route(request);
    // `tracing` omits attributes that are `None`. Headers are selected by name, so cookies and authorization are
    // never recorded.
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
    span::adopt(&span, parent);
    span
}

fn parent(headers: &HeaderMap) -> Context {
    // Propagation: the context is extracted into an empty context. Earlier work of this task is not the parent of the
    // request.
    global::get_text_map_propagator(|propagator| {
        propagator.extract_with_context(&Context::new(), &HeaderExtractor(headers))
    })
}

/// The span name: `GET /user`, or only the method if no route matched. A path in the name would make almost every
/// name unique.
fn name(method: &str, route: Option<&str>) -> String {
    let method = if method == OTHER { "HTTP" } else { method };
    route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}"))
}

const OTHER: &str = "_OTHER";

/// The method, and the original method if it is unknown. An unknown method becomes `_OTHER`. Otherwise clients could
/// create an unlimited number of span names and time series.
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
