//! One request with its response: the SERVER span and the measurement from start to end.

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, StatusCode};
use opentelemetry::Context;
use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry_semantic_conventions::attribute::{ERROR_TYPE, HTTP_RESPONSE_STATUS_CODE};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::hook::RequestHook;
use super::metrics::Measurement;
use super::request_span;
use crate::problem::ErrorType;

/// The response header with the IDs of the SERVER span, in the form `00-<trace id>-<span id>-<flags>`. It is a W3C
/// draft.
pub const TRACERESPONSE: &str = "traceresponse";

/// A request whose response is pending.
#[derive(Debug)]
pub(super) struct Exchange {
    span: Span,
    context: Context,
    measurement: Measurement,
}

impl Exchange {
    pub(super) fn begin(request: &Request, hook: &dyn RequestHook) -> Self {
        let measurement = Measurement::begin(request);
        let span = request_span::open(request, hook);
        // Reading the context starts the span: the sampler decides now, and the span gets its IDs.
        let context = span.context();
        Self { span, context, measurement }
    }

    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Records the response and ends the span. The caller must hold no clone of the span, because the span ends when
    /// the last clone is dropped.
    pub(super) fn finish(mut self, mut response: Response) -> Response {
        let status = response.status();
        // Integer attributes of OpenTelemetry are signed, 64 bits. An unsigned `tracing` field would become a string.
        self.span.set_attribute(HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16()));
        let error_type = error_type(&response);
        if let Some(error_type) = &error_type {
            self.span.set_attribute(ERROR_TYPE, error_type.clone());
            // Without a description: the status code is sufficient, and a recorded exception has already set one.
            self.span.set_status(Status::error(""));
        }
        self.measurement.responded(status, error_type);
        if let Some(ids) = traceresponse(&self.context) {
            response.headers_mut().insert(TRACERESPONSE, ids);
        }
        response
    }
}

/// The value of `error.type` for a status from 500. A status below 500 is not an error of the SERVER span: 4xx is the
/// client's mistake.
fn error_type(response: &Response) -> Option<String> {
    let status = response.status();
    status.is_server_error().then(|| match response.extensions().get::<ErrorType>() {
        Some(ErrorType(name)) => (*name).to_owned(),
        None => status_text(status),
    })
}

fn status_text(status: StatusCode) -> String {
    status.as_str().to_owned()
}

/// The value of `traceresponse`. A non-recording span has one as well, with flags 00, because its log lines contain
/// the same IDs.
fn traceresponse(context: &Context) -> Option<HeaderValue> {
    let span = context.span();
    let ids = span.span_context();
    let flags = u8::from(ids.is_sampled());
    let text = format!("00-{}-{}-{flags:02x}", ids.trace_id(), ids.span_id());
    // With the SDK disabled, the current span is invalid or the caller's remote span. Neither identifies a span of
    // this service.
    let ours = ids.is_valid() && !ids.is_remote();
    ours.then(|| HeaderValue::try_from(text).ok()).flatten()
}
