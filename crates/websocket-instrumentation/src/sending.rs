//! A message on its way out: the context it belongs to, and its PRODUCER span until it is written.

use std::any::type_name;
use std::fmt::Display;
use std::sync::Arc;

use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_semantic_conventions::attribute::ERROR_TYPE;

use crate::instrumentation::{Operation, Recording};
use crate::{Message, envelope};

/// A message and the context in which it was made.
///
/// A message is often made in one task and sent by another, the one that owns the socket.  In a channel between them a
/// plain message leaves its context behind; one that was turned `into()` this takes it along.
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
    /// The message, as it was made.
    pub fn message(&self) -> &M {
        &self.message
    }

    pub(crate) fn into_message(self) -> M {
        self.message
    }
}

impl<M: Message> Outbound<M> {
    /// Opens the span, and puts its context in front of the payload if that was agreed.
    ///
    /// No span for what has no payload: pings and goodbyes are not sent by any request.
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

/// A message that was given to the socket and is not known to be written.
#[derive(Debug)]
pub(crate) struct Sending {
    recording: Arc<Recording>,
    context: Context,
    done: bool,
}

impl Sending {
    /// It is written: the sink was flushed.
    pub(crate) fn written(mut self) {
        self.end(None);
    }

    /// It cannot be written.
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
        // Before the span ends: as long as it is live, nobody should take the figures for final.
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
