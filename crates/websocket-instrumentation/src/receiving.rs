//! Received messages, and their CONSUMER spans until they are processed.

use std::any::type_name;
use std::error::Error;
use std::ops::Deref;
use std::sync::Arc;

use opentelemetry::trace::{FutureExt as _, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_semantic_conventions::attribute::ERROR_TYPE;

use crate::envelope;
use crate::instrumentation::{Operation, Recording};
use crate::message::Message;

/// A received message. Its span has started; it ends when the message is processed or dropped.
///
/// It dereferences to the message. Call [`process`](Self::process) to make its span the current one while the
/// application handles it. The stream cannot do this: a guard that makes a context current belongs to a thread. While
/// one task waits, other tasks run on the same thread, and their spans would become part of this trace.
#[derive(Debug)]
pub struct Incoming<M> {
    message: M,
    processing: Option<Processing>,
}

impl<M> Incoming<M> {
    /// Passes the message to the handler; its context (span and baggage) is current until the returned future
    /// completes.
    pub async fn process<T, F>(self, handler: impl FnOnce(M) -> F) -> T
    where
        F: Future<Output = T>,
    {
        let Self { message, processing } = self;
        match processing {
            Some(processing) => work(handler, message).with_context(processing.context.clone()).await,
            None => handler(message).await,
        }
    }

    /// Like [`process`](Self::process), for a handler that can fail.
    ///
    /// # Errors
    ///
    /// Returns the error of the handler. The span gets the status ERROR and the type of the error as `error.type`.
    pub async fn try_process<T, E: Error, F>(self, handler: impl FnOnce(M) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let Self { message, processing } = self;
        let Some(mut processing) = processing else {
            return handler(message).await;
        };
        let result = work(handler, message).with_context(processing.context.clone()).await;
        if let Err(error) = &result {
            processing.fail(error);
        }
        result
    }

    /// Returns the message itself, and ends its span.
    pub fn into_inner(self) -> M {
        self.message
    }
}

/// Calls the handler within the future, so that the code before its first await has the context too.
async fn work<M, F: Future>(handler: impl FnOnce(M) -> F, message: M) -> F::Output {
    handler(message).await
}

impl<M> Deref for Incoming<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.message
    }
}

impl<M: Message> Incoming<M> {
    /// Creates a message without a span.
    pub(crate) fn plain(message: M) -> Self {
        Self { message, processing: None }
    }

    /// Removes the context block from the payload if the extension was negotiated (`agreed`), and starts the span.
    pub(crate) fn open(message: M, recording: &Arc<Recording>, agreed: bool) -> Self {
        let Some(payload) = message.payload() else {
            return Self::plain(message);
        };
        let read = |payload| global::get_text_map_propagator(|propagator| envelope::read(payload, propagator));
        // If a peer agreed and still sends no block, all bytes belong to the application.
        let (sender, length) = agreed.then(|| read(payload)).flatten().unwrap_or_default();
        let context = recording.open(Operation::Process, payload.len() - length, &sender);
        let processing = Processing { recording: Arc::clone(recording), context, error_type: None };
        Self { message: message.without_prefix(length), processing: Some(processing) }
    }
}

/// The span and the context of a message while it is processed.
#[derive(Debug)]
struct Processing {
    recording: Arc<Recording>,
    context: Context,
    error_type: Option<&'static str>,
}

impl Processing {
    fn fail<E: Error>(&mut self, error: &E) {
        let span = self.context.span();
        span.set_attribute(KeyValue::new(ERROR_TYPE, type_name::<E>()));
        span.set_status(Status::error(error.to_string()));
        self.error_type = Some(type_name::<E>());
    }
}

impl Drop for Processing {
    fn drop(&mut self) {
        // End the span first: when a message has been counted as consumed, its span has ended.
        self.context.span().end();
        self.recording.metrics.consumed(&self.recording.attributes(Operation::Process), self.error_type);
    }
}
