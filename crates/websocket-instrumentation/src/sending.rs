//! Messages to be sent, and their PRODUCER spans until they are written.

use std::any::type_name;
use std::fmt::Display;
use std::sync::Arc;

use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_semantic_conventions::attribute::ERROR_TYPE;

use crate::envelope;
use crate::instrumentation::{Operation, Recording};
use crate::message::Message;

/// A message together with the context in which it was created.
///
/// Often one task creates a message and another task, which owns the socket, sends it. A plain message loses its
/// context in the channel between them. Convert it with `into()` where it is created, and it keeps the context.
#[derive(Debug, Clone)]
pub struct Outbound<M> {
    message: M,
    context: Context,
}

impl<M: Message> From<M> for Outbound<M> {
    fn from(message: M) -> Self {
        Self { message, context: Context::current() }
    }
}

impl<M> Outbound<M> {
    /// Returns the message.
    pub fn message(&self) -> &M {
        &self.message
    }

    /// Returns the message without its context.
    pub(crate) fn into_message(self) -> M {
        self.message
    }
}

impl<M: Message> Outbound<M> {
    /// Starts the span, and adds its context before the payload if the extension was negotiated (`agreed`).
    ///
    /// A message without a payload gets no span: ping, pong and close messages do not belong to a request.
    pub(crate) fn open(self, recording: &Arc<Recording>, agreed: bool) -> (M, Option<Sending>) {
        let Some(size) = self.message.payload().map(<[u8]>::len) else {
            return (self.message, None);
        };
        let context = recording.open(Operation::Send, size, &self.context);
        let message = match agreed {
            true => {
                let block = global::get_text_map_propagator(|propagator| envelope::write(&context, propagator));
                self.message.with_prefix(&block)
            }
            false => self.message,
        };
        (message, Some(Sending { recording: Arc::clone(recording), context, done: false }))
    }
}

/// The span of a message that was passed to the socket and may not be written yet.
#[derive(Debug)]
pub(crate) struct Sending {
    recording: Arc<Recording>,
    context: Context,
    /// True once the span has ended.
    done: bool,
}

impl Sending {
    /// Ends the span successfully: the sink was flushed.
    pub(crate) fn written(mut self) {
        self.end(None);
    }

    /// Ends the span with an error: the message cannot be written.
    pub(crate) fn failed<E: Display>(mut self, error: &E) {
        self.fail(type_name::<E>(), error.to_string());
    }

    fn fail(&mut self, error_type: &'static str, description: String) {
        let span = self.context.span();
        span.set_attribute(KeyValue::new(ERROR_TYPE, error_type));
        span.set_status(Status::error(description));
        self.end(Some(error_type));
    }

    fn end(&mut self, error_type: Option<&'static str>) {
        self.done = true;
        // Count first: when all PRODUCER spans have ended, all sent messages have been counted.
        self.recording.metrics.sent(&self.recording.attributes(Operation::Send), error_type);
        self.context.span().end();
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        if !self.done {
            self.fail("dropped", "the socket was dropped before the message was written".to_owned());
        }
    }
}
