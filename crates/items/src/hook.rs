//! The request hook of `items`: it records selected headers, or, as a planted fault, all of them.

use axum::extract::Request;
use telemetry::http_server::{CapturedHeaders, RequestHook};
use telemetry::{KeyValue, Parser};

/// The variable that selects the hook: `listed-headers` (the default) or `all-headers`.
pub const ENV_HOOK: &str = "LAB_ITEMS_REQUEST_HOOK";

/// The attribute that the original bootcamp used.
const REQUEST_HEADERS: &str = "request-headers";

/// The hook of `items`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hook {
    /// Records the headers of an allow-list.
    Listed(CapturedHeaders),
    /// Records all headers in one attribute, as the original bootcamp did. It is the planted fault of scenario 5.
    All,
}

impl Hook {
    /// Reads [`ENV_HOOK`] and the allow-list.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        let headers = CapturedHeaders::read(parser);
        let all = parser.one_of(ENV_HOOK, false, &[("listed-headers", false), ("all-headers", true)]);
        if all { Self::All } else { Self::Listed(headers) }
    }
}

impl Default for Hook {
    fn default() -> Self {
        Self::Listed(CapturedHeaders::default())
    }
}

impl RequestHook for Hook {
    fn attributes(&self, request: &Request) -> Vec<KeyValue> {
        match self {
            Self::Listed(headers) => headers.attributes(request),
            Self::All => vec![KeyValue::new(REQUEST_HEADERS, all(request))],
        }
    }
}

/// All headers as JSON text, including credentials. The mistake is that no allow-list selects the headers.
fn all(request: &Request) -> String {
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value).into()));
    serde_json::Value::Object(headers.collect()).to_string()
}
