//! Additional attributes for the SERVER span of each request: from a service's hook or from an allow-list of headers.

use axum::extract::Request;
use credentials::is_credential_name;
use http::HeaderName;
use opentelemetry::{Array, Key, KeyValue, StringValue, Value};
use opentelemetry_semantic_conventions::attribute::HTTP_REQUEST_HEADER;

use crate::environment::Parser;

/// A source of additional attributes of the SERVER span. Every function `Fn(&Request) -> Vec<KeyValue>` implements
/// it.
pub trait RequestHook: Send + Sync + 'static {
    /// Returns attributes for the span. They are set before the span starts, so the sampler can use them.
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

/// The variable that lists the recorded headers. The OpenTelemetry Java agent uses the same name.
pub const ENV_CAPTURE_HEADERS: &str = "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS";

/// A hook that records the headers of an allow-list as `http.request.header.<name>`. The default list is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CapturedHeaders(Vec<(HeaderName, Key)>);

impl CapturedHeaders {
    /// Reads the comma-separated list in [`ENV_CAPTURE_HEADERS`].
    ///
    /// Headers that carry credentials, and `baggage`, are rejected. If they were ignored, the user would believe that
    /// they are recorded.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        let list = parser.string(ENV_CAPTURE_HEADERS, "");
        let names: Vec<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if let Some(name) = names.iter().find(|name| is_secret(name)) {
            parser.reject(ENV_CAPTURE_HEADERS, &format!("headers that carry no credentials, got `{name}`"));
        }
        let parsed: Result<Vec<HeaderName>, _> = names.into_iter().map(str::parse).collect();
        if parsed.is_err() {
            parser.reject(ENV_CAPTURE_HEADERS, "comma-separated names of headers");
        }
        let named = |name: HeaderName| {
            let key = Key::from(format!("{HTTP_REQUEST_HEADER}.{name}"));
            (name, key)
        };
        Self(parsed.unwrap_or_default().into_iter().map(named).collect())
    }
}

/// Baggage is rejected because the whole header would be recorded, including entries that `LAB_BAGGAGE_ATTRIBUTES`
/// excludes.
fn is_secret(name: &str) -> bool {
    is_credential_name(name) || name.eq_ignore_ascii_case("baggage")
}

impl RequestHook for CapturedHeaders {
    fn attributes(&self, request: &Request) -> Vec<KeyValue> {
        let captured = self.0.iter().filter_map(|(name, key)| {
            // A header can occur several times. The semantic conventions therefore define the attribute as a list,
            // also for one value.
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
            let error = read(&format!("x-tag,{secret}")).unwrap_err();
            assert!(error.ends_with(&format!("got `{secret}`")), "{error}");
        }
    }

    #[test]
    fn what_cannot_be_a_header_is_refused() {
        let error = read("two words").unwrap_err();
        assert!(error.contains("expected comma-separated names of headers"), "{error}");
    }
}
