//! What a service adds to the SERVER span of each request: a hook of its own, or headers by name.

use axum::extract::Request;
use http::HeaderName;
use opentelemetry::{Array, Key, KeyValue, StringValue, Value};
use opentelemetry_semantic_conventions::attribute::HTTP_REQUEST_HEADER;

use crate::environment::Parser;
use crate::redaction::names_a_credential;

/// Something that knows more about a request than the conventions do.  Any function of this form is one.
pub trait RequestHook: Send + Sync + 'static {
    /// Further attributes of the request's span.  Asked before the span starts, so that the sampler sees them.
    fn attributes(&self, request: &Request) -> Vec<KeyValue>;
}

impl<F> RequestHook for F
where
    F: Fn(&Request) -> Vec<KeyValue> + Send + Sync + 'static,
{
    fn attributes(&self, request: &Request) -> Vec<KeyValue> {
        self(request)
    }
}

/// The variable that names headers, in the spelling that OpenTelemetry's Java agent gave it.
pub const ENV_CAPTURE_HEADERS: &str = "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS";

/// The hook that records the headers of an allow-list, as `http.request.header.<name>`.  No name, no header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CapturedHeaders(Vec<(HeaderName, Key)>);

impl CapturedHeaders {
    /// Reads the comma-separated list of [`ENV_CAPTURE_HEADERS`].  A header that carries credentials is refused, rather
    /// than left out: whoever lists it believes that it is recorded.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        let list = parser.string(ENV_CAPTURE_HEADERS, "");
        let names: Vec<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if let Some(name) = names.iter().find(|name| is_secret(name)) {
            parser.reject(ENV_CAPTURE_HEADERS, &format!("headers that carry no credentials, not `{name}`,"));
        }
        let parsed: Result<Vec<HeaderName>, _> = names.into_iter().map(str::parse).collect();
        if parsed.is_err() {
            parser.reject(ENV_CAPTURE_HEADERS, "names of headers, separated by commas,");
        }
        let named = |name: HeaderName| {
            let key = Key::from(format!("{HTTP_REQUEST_HEADER}.{name}"));
            (name, key)
        };
        Self(parsed.unwrap_or_default().into_iter().map(named).collect())
    }
}

/// Baggage as well: recorded as a header, all of it would be on the span, past its own list.
fn is_secret(name: &str) -> bool {
    names_a_credential(name) || name.eq_ignore_ascii_case("baggage")
}

impl RequestHook for CapturedHeaders {
    fn attributes(&self, request: &Request) -> Vec<KeyValue> {
        let captured = self.0.iter().filter_map(|(name, key)| {
            // A header may come several times, so its attribute is a list, also for one value.
            let values = request.headers().get_all(name).iter();
            let values: Vec<StringValue> =
                values.filter_map(|value| Some(value.to_str().ok()?.to_owned().into())).collect();
            (!values.is_empty()).then(|| KeyValue::new(key.clone(), Value::Array(Array::String(values))))
        });
        captured.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn read(list: &str) -> Result<CapturedHeaders, String> {
        let environment = Environment::from([(ENV_CAPTURE_HEADERS, list)]);
        let mut parser = environment.parser();
        let headers = CapturedHeaders::read(&mut parser);
        parser.finish().map(|()| headers).map_err(|error| error.to_string())
    }

    #[test]
    fn listed_headers_are_recorded_with_all_their_values_and_others_are_not() {
        let headers = read("X-Request-Id, x-tag").unwrap();
        let request = Request::builder().header("x-request-id", "7").header("x-tag", "a").header("x-tag", "b");
        let request = request.header("x-other", "no").body(axum::body::Body::empty()).unwrap();
        let text = |text: &'static str| StringValue::from(text);
        let expected = [
            KeyValue::new("http.request.header.x-request-id", Value::Array(Array::String(vec![text("7")]))),
            KeyValue::new("http.request.header.x-tag", Value::Array(Array::String(vec![text("a"), text("b")]))),
        ];
        assert_eq!(headers.attributes(&request), expected);
        assert_eq!(CapturedHeaders::default().attributes(&request), []);
    }

    #[test]
    fn a_header_with_credentials_is_refused_by_name() {
        for secret in
            ["authorization", "Cookie", "set-cookie", "proxy-authorization", "x-api-key", "x-auth-token", "baggage"]
        {
            let expected = format!(
                "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS=\"x-tag,{secret}\" is not usable: headers that \
                 carry no credentials, not `{secret}`, expected"
            );
            assert_eq!(read(&format!("x-tag,{secret}")), Err(expected));
        }
    }

    #[test]
    fn what_cannot_be_a_header_is_refused() {
        assert!(read("two words").unwrap_err().contains("names of headers, separated by commas, expected"));
    }
}
