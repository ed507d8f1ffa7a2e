//! One pooled HTTP client: a CLIENT span around each request, which carries context and baggage to the server.
//!
//! Attributes are the [conventions for HTTP client spans](https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client).

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

use crate::{Patience, redaction, span};

/// An answer larger than this is not read to its end.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the whole exchange, to the last byte of the body.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(1), total: Duration::from_secs(10) }
    }
}

/// A client with its pool of connections.  One per process; clones share the pool.
#[derive(Clone, Debug)]
pub struct Client(reqwest::Client);

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code, whichever it is.
    pub status: StatusCode,
    /// The body.
    pub body: Bytes,
}

/// Why there is no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not a URL.
    #[error("the URL is not usable: {0}")]
    Url(String),
    /// Nobody accepts connections there.
    #[error("no connection")]
    Connect(#[source] reqwest::Error),
    /// It took too long.
    #[error("no complete answer in time")]
    Timeout(#[source] reqwest::Error),
    /// The connection broke, or what came was not HTTP.
    #[error("the exchange failed")]
    Transport(#[source] reqwest::Error),
    /// The answer's body has no end in sight.
    #[error("the answer has more than {BODY_LIMIT} bytes")]
    TooLarge,
    /// An answer, but no success.
    #[error("the answer was {0}")]
    Status(StatusCode),
    /// A success whose body is not what was expected.
    #[error("the answer's body is not as expected")]
    Decode(#[source] serde_json::Error),
}

impl Error {
    /// A few distinct words, for `error.type`.
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
        // The URL may hold a secret, and errors are logged.
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
    /// The usual ones, multiplied.
    #[must_use]
    pub fn with(patience: Patience) -> Self {
        let Self { connect, total } = Self::default();
        Self { connect: patience.of(connect), total: patience.of(total) }
    }
}

impl Client {
    /// A client.  Redirects are not followed: each would be a request without a span.
    ///
    /// # Errors
    ///
    /// When the client cannot be set up.
    pub fn new(timeouts: Timeouts) -> Result<Self, Error> {
        let builder = reqwest::Client::builder().connect_timeout(timeouts.connect).timeout(timeouts.total);
        Ok(Self(builder.redirect(Policy::none()).no_proxy().build()?))
    }

    /// Gets an answer with whatever status.
    ///
    /// # Errors
    ///
    /// When there is no complete answer.
    pub async fn get(&self, url: &str) -> Result<Response, Error> {
        self.exchange(url, Ok).await
    }

    /// Gets JSON.
    ///
    /// # Errors
    ///
    /// Also when the status is no success or the body is not what was expected; the span says which.
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
        // The span lasts until the body is read: the part of an exchange that fails last, and often.
        let work = async {
            let request = self.request(url)?;
            read(self.execute(request).await?)
        };
        let result = work.instrument(span.clone()).await;
        match &result {
            // A status from 400 is on the span already.
            Ok(_) | Err(Error::Status(_)) => {}
            Err(error) => span::fail(&span, error.error_type(), error.to_string()),
        }
        result
    }

    fn request(&self, url: Url) -> Result<Request, Error> {
        let mut request = self.0.get(url).build()?;
        let context = Span::current().context();
        // This is the hop: trace context and baggage go into headers, and the server's span becomes a child of ours.
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut HeaderInjector(request.headers_mut()));
        });
        Ok(request)
    }

    async fn execute(&self, request: Request) -> Result<Response, Error> {
        let mut answer = self.0.execute(request).await?;
        let status = answer.status();
        let span = Span::current();
        span.set_attribute(HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16()));
        // For a client an error begins at 400: it did not get what it asked for, whoever is to blame.
        if status.is_client_error() || status.is_server_error() {
            span::fail(&span, status.as_str().to_owned(), "");
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await? {
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
        // The method alone: a client knows no route, and the URL would make every name a new one.
        otel.name = "GET",
        otel.kind = "client",
        { HTTP_REQUEST_METHOD } = "GET",
        { URL_FULL } = redaction::url(url),
        { SERVER_ADDRESS } = url.host_str(),
        { SERVER_PORT } = url.port_or_known_default().map(i64::from),
    )
}
