//! An HTTP client that creates a CLIENT span for each request and propagates context and baggage to the server.
//!
//! Attributes follow the [semantic conventions for HTTP client
//! spans](https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client).

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use opentelemetry::global;
use opentelemetry_http::HeaderInjector;
use opentelemetry_semantic_conventions::attribute::{
    HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE, SERVER_ADDRESS, SERVER_PORT, URL_FULL,
};
use reqwest::redirect::Policy;
use reqwest::{Request, Url};
use serde::de::DeserializeOwned;
use tracing::{Instrument as _, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::timeout_factor::TimeoutFactor;
use crate::{redaction, span};

/// The maximum size of a response body, in bytes.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// The timeouts of a request.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For opening a connection; 1 s by default.
    pub connect: Duration,
    /// For the whole exchange, including the last byte of the body; 10 s by default.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(1), total: Duration::from_secs(10) }
    }
}

/// A client with a connection pool. Create one per process; clones share the pool.
#[derive(Clone, Debug)]
pub struct Client(reqwest::Client);

/// A complete response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code; error statuses are included.
    pub status: StatusCode,
    /// The body, at most 8 MiB.
    pub body: Bytes,
}

/// The reason why a request has no usable response.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL is invalid.
    #[error("invalid URL `{0}`")]
    Url(String),
    /// The connection was refused or could not be opened.
    #[error("cannot connect to the server")]
    Connect(#[source] reqwest::Error),
    /// A timeout of [`Timeouts`] has passed.
    #[error("no complete response within the time limit")]
    Timeout(#[source] reqwest::Error),
    /// The connection was lost, or the response is not valid HTTP.
    #[error("the HTTP request failed")]
    Transport(#[source] reqwest::Error),
    /// The body of the response is larger than 8 MiB.
    #[error("the response body has more than {BODY_LIMIT} bytes")]
    TooLarge,
    /// The status is not 2xx.
    #[error("the response status is {0}")]
    Status(StatusCode),
    /// The status is 2xx, but the body cannot be parsed.
    #[error("cannot parse the response body")]
    Decode(#[source] serde_json::Error),
}

impl Error {
    /// The value of `error.type`: one of a few words, or the status code.
    #[must_use]
    pub fn error_type(&self) -> String {
        let name = match self {
            Self::Url(_) => "invalid_url",
            Self::Connect(_) => "connection_error",
            Self::Timeout(_) => "timeout",
            Self::Transport(_) => "transport_error",
            Self::TooLarge => "body_too_large",
            Self::Status(status) => status.as_str(),
            Self::Decode(_) => "invalid_body",
        };
        name.to_owned()
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The URL may contain a secret, and errors are logged.
        let error = error.without_url();
        if error.is_timeout() {
            Self::Timeout(error)
        } else if error.is_connect() {
            Self::Connect(error)
        } else {
            Self::Transport(error)
        }
    }
}

impl Timeouts {
    /// The default timeouts, multiplied by the timeout factor.
    #[must_use]
    pub fn with(timeout_factor: TimeoutFactor) -> Self {
        let Self { connect, total } = Self::default();
        Self { connect: timeout_factor.scale(connect), total: timeout_factor.scale(total) }
    }
}

impl Client {
    /// Creates a client. It does not follow redirects, because each would be a request without a span.
    ///
    /// # Errors
    ///
    /// Returns an error if the underlying client cannot be built.
    pub fn new(timeouts: Timeouts) -> Result<Self, Error> {
        let builder = reqwest::Client::builder().connect_timeout(timeouts.connect).timeout(timeouts.total);
        Ok(Self(builder.redirect(Policy::none()).no_proxy().build()?))
    }

    /// Sends a GET request and returns the response with any status.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is invalid or no complete response arrives.
    pub async fn get(&self, url: &str) -> Result<Response, Error> {
        self.exchange(url, Ok).await
    }

    /// Sends a GET request and parses the response as JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is invalid, no complete response arrives, the status is not 2xx, or the body
    /// cannot be parsed. Unless the URL is invalid, the CLIENT span records it as `error.type`.
    pub async fn get_json<T: DeserializeOwned>(&self, url: &str) -> Result<T, Error> {
        let decode = |response: Response| match response.status.is_success() {
            true => serde_json::from_slice(&response.body).map_err(Error::Decode),
            false => Err(Error::Status(response.status)),
        };
        self.exchange(url, decode).await
    }

    async fn exchange<T>(&self, url: &str, read: impl FnOnce(Response) -> Result<T, Error>) -> Result<T, Error> {
        let url: Url = url.parse().map_err(|_| Error::Url(url.to_owned()))?;
        let span = open(&url);
        // The span ends after the body has been read, because an exchange can still fail there.
        let work = async {
            let request = self.request(url)?;
            read(self.execute(request).await?)
        };
        let result = work.instrument(span.clone()).await;
        match &result {
            // `execute` has recorded an error status (400 and above) on the span.
            Ok(_) | Err(Error::Status(_)) => {}
            Err(error) => span::fail(&span, error.error_type(), error.to_string()),
        }
        result
    }

    fn request(&self, url: Url) -> Result<Request, Error> {
        let mut request = self.0.get(url).build()?;
        let context = Span::current().context();
        // Propagation: the propagator injects the context of the CLIENT span and the baggage into the request
        // headers. The SERVER span becomes a child of the CLIENT span.
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut HeaderInjector(request.headers_mut()));
        });
        Ok(request)
    }

    async fn execute(&self, request: Request) -> Result<Response, Error> {
        let mut response = self.0.execute(request).await?;
        let status = response.status();
        let span = Span::current();
        span.set_attribute(HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16()));
        // The semantic conventions set the span status of a CLIENT span to error from 400, because the client did not
        // get what it requested. A SERVER span is an error from 500.
        if status.is_client_error() || status.is_server_error() {
            span::fail(&span, status.as_str().to_owned(), "");
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > BODY_LIMIT {
                return Err(Error::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, body: body.freeze() })
    }
}

fn open(url: &Url) -> Span {
    info_span!(
        target: "otel", "http client",
        // The span name is only the method. A client does not have the server's route, and a URL in the name would
        // make almost every name unique.
        otel.name = "GET",
        otel.kind = "client",
        { HTTP_REQUEST_METHOD } = "GET",
        { URL_FULL } = redaction::url(url),
        { SERVER_ADDRESS } = url.host_str(),
        { SERVER_PORT } = url.port_or_known_default().map(i64::from),
    )
}
