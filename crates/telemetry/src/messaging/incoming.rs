//! An incoming message and its CONSUMER span.

use std::error::Error;
use std::future::Future;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};
use opentelemetry_semantic_conventions::attribute::{
    MESSAGING_MESSAGE_BODY_SIZE, MESSAGING_MESSAGE_ID, MESSAGING_OPERATION_NAME, MESSAGING_OPERATION_TYPE,
};
use serde_json::{Map, Value};
use tracing::{Instrument as _, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::carrier::{KEYS, extract};
use super::channel::Channel;
use super::malformed::{Malformed, read_object};
use super::metrics;
use crate::span;

/// The relation between the CONSUMER span of a message and its PRODUCER span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// The CONSUMER span is a child, so one trace contains both. Suitable if each message is processed once and soon.
    Child,
    /// The CONSUMER span starts a new trace and has a link to the PRODUCER span. Suitable for batches, long queues
    /// and many receivers.
    Link,
}

/// A message that has been read. Call [`Incoming::process`].
#[derive(Debug)]
#[must_use = "a message is consumed by `process`"]
pub struct Incoming {
    channel: Channel,
    context: Context,
    body: Map<String, Value>,
    size: usize,
}

impl Incoming {
    /// Reads a message of a channel and extracts its context.
    ///
    /// # Errors
    ///
    /// Returns an error if the message is malformed. Such a message is counted as consumed, with an `error.type`. It
    /// has no span, because no context is known. The caller logs the error and replies.
    pub fn read(channel: &Channel, message: &[u8]) -> Result<Self, Malformed> {
        let parsed = read_object(message);
        if let Err(malformed) = &parsed {
            metrics::count_consumed(channel, Some(malformed.error_type().to_owned()));
        }
        let mut body = parsed?;
        let context = extract(&body);
        for key in KEYS {
            body.shift_remove(key);
        }
        Ok(Self { channel: channel.clone(), context, body, size: message.len() })
    }

    /// The payload, without the keys of propagation.
    #[must_use]
    pub fn body(&self) -> &Map<String, Value> {
        &self.body
    }

    /// Runs `work` in the CONSUMER span of this message.
    ///
    /// # Errors
    ///
    /// Returns the error of `work`. The span records it.
    pub async fn process<T, E: Error>(self, parent: Parent, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let span = self.open(parent);
        let result = work.instrument(span.clone()).await;
        let failure = result.as_ref().err().map(|error| {
            let error_type = std::any::type_name::<E>();
            span::fail(&span, error_type, error.to_string());
            error_type.to_owned()
        });
        // The span ends before the message is counted. So once all deliveries are counted as consumed, all CONSUMER
        // spans have ended.
        drop(span);
        metrics::count_consumed(&self.channel, failure);
        result
    }

    fn open(&self, parent: Parent) -> Span {
        let id = self.body.get("id").and_then(Value::as_str);
        let span = info_span!(
            target: "otel", parent: None, "process",
            otel.name = format!("process {}", self.channel.name),
            otel.kind = "consumer",
            { MESSAGING_OPERATION_NAME } = "process",
            { MESSAGING_OPERATION_TYPE } = "process",
            { MESSAGING_MESSAGE_BODY_SIZE } = i64::try_from(self.size).unwrap_or(i64::MAX),
            { MESSAGING_MESSAGE_ID } = id,
        );
        self.channel.describe(&span);
        // Parent or link: with a parent the message belongs to the sender's trace, with a link it starts a new trace.
        let context = match parent {
            Parent::Child => self.context.clone(),
            Parent::Link => {
                span.add_link(self.context.span().span_context().clone());
                // The new root span keeps the baggage, because baggage belongs to the message and not to the trace.
                self.context.with_remote_span_context(SpanContext::NONE)
            }
        };
        span::adopt(&span, context);
        span
    }
}
