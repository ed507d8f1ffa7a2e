//! An outgoing message and its PRODUCER span.

use std::error::Error;
use std::future::Future;

use opentelemetry_semantic_conventions::attribute::{
    MESSAGING_MESSAGE_BODY_SIZE, MESSAGING_MESSAGE_ID, MESSAGING_OPERATION_NAME, MESSAGING_OPERATION_TYPE,
};
use serde_json::{Map, Value};
use tracing::{Instrument as _, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::carrier::inject;
use super::channel::Channel;
use super::metrics;
use crate::span;

/// A message with its context, and its PRODUCER span. Call [`Outgoing::deliver`].
#[derive(Debug)]
#[must_use = "a message is sent by `deliver`"]
pub struct Outgoing {
    channel: Channel,
    span: Span,
    text: String,
}

impl Outgoing {
    /// Starts the PRODUCER span of a message on a channel and injects its context into the top-level keys.
    pub fn new(channel: &Channel, mut message: Map<String, Value>) -> Self {
        let operation = channel.send_operation();
        let span = info_span!(
            target: "otel", "send",
            otel.name = format!("{operation} {}", channel.name),
            otel.kind = "producer",
            { MESSAGING_OPERATION_NAME } = operation,
            { MESSAGING_OPERATION_TYPE } = "send",
        );
        channel.describe(&span);
        if let Some(id) = message.get("id").and_then(Value::as_str) {
            span.set_attribute(MESSAGING_MESSAGE_ID, id.to_owned());
        }
        // Propagation: messages on these channels have no headers, so the context is part of the message.
        inject(&span.context(), &mut message);
        let text = Value::Object(message).to_string();
        span.set_attribute(MESSAGING_MESSAGE_BODY_SIZE, i64::try_from(text.len()).unwrap_or(i64::MAX));
        Self { channel: channel.clone(), span, text }
    }

    /// The message as JSON text, ready to send.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Runs `send` in the PRODUCER span and ends the span.
    ///
    /// # Errors
    ///
    /// Returns the error of `send`. The span records it.
    pub async fn deliver<T, E: Error>(self, send: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        self.deliver_with(send, |_| std::any::type_name::<E>().to_owned()).await
    }

    /// [`Outgoing::deliver`] for errors that provide their own `error.type`.
    pub(crate) async fn deliver_with<T, E: Error>(
        self,
        send: impl Future<Output = Result<T, E>>,
        error_type: impl Fn(&E) -> String,
    ) -> Result<T, E> {
        let result = send.instrument(self.span.clone()).await;
        let failure = result.as_ref().err().map(&error_type);
        if let (Err(error), Some(error_type)) = (&result, &failure) {
            span::fail(&self.span, error_type.clone(), error.to_string());
        }
        // Before the span ends: while a span is live, the counters are not final.
        metrics::count_sent(&self.channel, failure);
        result
    }
}
