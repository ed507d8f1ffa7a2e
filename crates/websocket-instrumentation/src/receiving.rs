//! A message that arrived, and its CONSUMER span until it is processed.

use std::any::type_name;
use std::error::Error;
use std::ops::Deref;
use std::sync::Arc;

use opentelemetry::trace::{FutureExt as _, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_semantic_conventions::attribute::ERROR_TYPE;

use crate::instrumentation::{Operation, Recording};
use crate::{Message, envelope};

/// A message that arrived.  Its span has begun, and ends when this is processed or dropped.
///
/// It can be looked at like the message itself.  [`process`](Self::process) it, so that its span is the current one
/// meanwhile.  The stream cannot do that by itself: a guard that makes a context current belongs to a thread, and while
/// one task waits, other tasks run on its thread and would find themselves in the message's trace.
#[derive(Debug)]
pub struct Incoming<M> {
    message: M,
    processing: Option<Processing>,
}

impl<M> Incoming<M> {
    /// Processes the message while its context (span and baggage) is the current one.
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

    /// The same for a handler that may fail.
    ///
    /// # Errors
    ///
    /// The handler's; the span says so.
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

    /// The message itself.  Its span ends here.
    pub fn into_inner(self) -> M {
        self.message
    }
}

/// The handler and its future: what it does before the first await has the context as well.
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
    /// A message that nobody records.
    pub(crate) fn plain(message: M) -> Self {
        Self { message, processing: None }
    }

    /// Reads what stands in front of the payload, if that was agreed, and opens the span.
    pub(crate) fn open(message: M, recording: &Arc<Recording>, agreed: bool) -> Self {
        let Some(payload) = message.payload() else {
            return Self::plain(message);
        };
        let read = |payload| global::get_text_map_propagator(|propagator| envelope::read(payload, propagator));
        // A peer that agreed and writes no block breaks its word; its bytes are still the application's.
        let (sender, length) = agreed.then(|| read(payload)).flatten().unwrap_or_default();
        let context = recording.open(Operation::Process, payload.len() - length, &sender);
        let processing = Processing { recording: Arc::clone(recording), context, error_type: None };
        Self { message: message.without_prefix(length), processing: Some(processing) }
    }
}

/// A message's span and context, while it is processed.
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
        // The span ends before the message counts as consumed: once all are consumed, all spans have ended.
        self.context.span().end();
        self.recording.metrics.consumed(&self.recording.attributes(Operation::Process), self.error_type);
    }
}
