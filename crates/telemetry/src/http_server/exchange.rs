//! One request and its answer: what is measured and recorded between the two.

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, StatusCode};
use opentelemetry::Context;
use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry_semantic_conventions::attribute::{ERROR_TYPE, HTTP_RESPONSE_STATUS_CODE};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::metrics::Measurement;
use super::{RequestHook, TRACERESPONSE, request_span};
use crate::problem::ErrorType;

/// A request that is being answered.
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
        // Asking for the context starts the span: from here on it is sampled or not, and has its ids.
        let context = span.context();
        Self { span, context, measurement }
    }

    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Records the answer and ends the span.  No clone of it may be left: the span ends with the last one.
    pub(super) fn finish(mut self, mut response: Response) -> Response {
        let status = response.status();
        // As i64: an unsigned integer would be exported as a string.
        self.span.set_attribute(HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16()));
        let error_type = error_type(&response);
        if let Some(error_type) = &error_type {
            self.span.set_attribute(ERROR_TYPE, error_type.clone());
            // Without a description: the status code says it, and an exception that was recorded has its own.
            self.span.set_status(Status::error(""));
        }
        self.measurement.answered(status, error_type);
        if let Some(ids) = traceresponse(&self.context) {
            response.headers_mut().insert(TRACERESPONSE, ids);
        }
        response
    }
}

/// A server has failed from 500; what is below is the client's mistake, and no error of the server's span.
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

/// `00-<trace id>-<span id>-<flags>`, also for a span that was not sampled (flags 00): its log lines have the same ids.
fn traceresponse(context: &Context) -> Option<HeaderValue> {
    let span = context.span();
    let ids = span.span_context();
    let flags = u8::from(ids.is_sampled());
    let text = format!("00-{}-{}-{flags:02x}", ids.trace_id(), ids.span_id());
    // With the SDK disabled there is no span of ours: nothing, or the caller's own, which is no answer.
    let ours = ids.is_valid() && !ids.is_remote();
    ours.then(|| HeaderValue::try_from(text).ok()).flatten()
}
