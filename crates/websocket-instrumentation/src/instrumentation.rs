//! The instrumentation: its scope, and what all messages of the wrapped sockets share.

use std::borrow::Cow;
use std::sync::Arc;

use opentelemetry::global::{self, BoxedTracer};
use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::trace::{Span, SpanBuilder, SpanKind, TraceContextExt as _, Tracer, TracerProvider};
use opentelemetry::{Context, InstrumentationScope, KeyValue};
use opentelemetry_semantic_conventions::SCHEMA_URL;
use opentelemetry_semantic_conventions::attribute::{
    MESSAGING_DESTINATION_NAME, MESSAGING_MESSAGE_BODY_SIZE, MESSAGING_OPERATION_NAME, MESSAGING_OPERATION_TYPE,
    MESSAGING_SYSTEM, NETWORK_PROTOCOL_NAME,
};

use crate::metrics::Metrics;

/// The name of the instrumentation scope of all spans and metrics of this library; its version is that of the crate.
///
/// Use it to find, count or disable exactly what this library records.
pub const SCOPE: &str = env!("CARGO_PKG_NAME");

/// Wraps sockets and records their messages.
///
/// Create one when the application starts, after the global providers are set. Clones are cheap and share their
/// state.
#[derive(Debug, Clone)]
pub struct Instrumentation(Option<Arc<Recording>>);

/// The tracer, the metrics and the settings of an enabled instrumentation.
#[derive(Debug)]
pub(crate) struct Recording {
    tracer: BoxedTracer,
    pub(crate) metrics: Metrics,
    destination: Option<Cow<'static, str>>,
}

/// The operation on a message, as the messaging conventions define it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation {
    Send,
    Process,
}

/// Builds an [`Instrumentation`].
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct Builder {
    tracer: Option<BoxedTracer>,
    meter: Option<Meter>,
    destination: Option<Cow<'static, str>>,
}

impl Instrumentation {
    /// Creates an instrumentation without a destination, with the global providers that are set at this moment.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder with the same defaults as [`new`](Self::new).
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Creates an instrumentation that does nothing: no spans, no metrics, no offer in the handshake, unchanged
    /// payloads.
    #[must_use]
    pub fn disabled() -> Self {
        Self(None)
    }

    /// Returns whether the instrumentation records; it is `false` only after [`disabled`](Self::disabled).
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.0.is_some()
    }

    /// Returns the state for recording messages, or `None` if the instrumentation is disabled.
    pub(crate) fn recording(&self) -> Option<&Arc<Recording>> {
        self.0.as_ref()
    }
}

/// The same as [`Instrumentation::new`].
impl Default for Instrumentation {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// Sets the destination of the messages, such as the path `/ws`. It becomes part of span names, so it must have
    /// few different values.
    pub fn with_destination(self, destination: impl Into<Cow<'static, str>>) -> Self {
        Self { destination: Some(destination.into()), ..self }
    }

    /// Records spans with this provider instead of the global one.
    pub fn with_tracer_provider<P, T, S>(self, provider: &P) -> Self
    where
        P: TracerProvider<Tracer = T>,
        T: Tracer<Span = S> + Send + Sync + 'static,
        S: Span + Send + Sync + 'static,
    {
        Self { tracer: Some(BoxedTracer::new(Box::new(provider.tracer_with_scope(scope())))), ..self }
    }

    /// Records metrics with this provider instead of the global one.
    pub fn with_meter_provider(self, provider: &impl MeterProvider) -> Self {
        Self { meter: Some(provider.meter_with_scope(scope())), ..self }
    }

    /// Creates the instrumentation.
    #[must_use]
    pub fn build(self) -> Instrumentation {
        let tracer = self.tracer.unwrap_or_else(|| global::tracer_with_scope(scope()));
        let meter = self.meter.unwrap_or_else(|| global::meter_with_scope(scope()));
        let recording = Recording { tracer, metrics: Metrics::new(&meter), destination: self.destination };
        Instrumentation(Some(Arc::new(recording)))
    }
}

/// Returns the instrumentation scope, which identifies this library as the source of spans and metrics.
fn scope() -> InstrumentationScope {
    let scope = InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION"));
    scope.with_schema_url(SCHEMA_URL).build()
}

impl Recording {
    /// Starts the span of a message as a child of the span in `parent`, and returns the context that contains it.
    /// `size` is the length of the payload in bytes.
    pub(crate) fn open(&self, operation: Operation, size: usize, parent: &Context) -> Context {
        let mut attributes = self.attributes(operation);
        attributes.push(KeyValue::new(MESSAGING_OPERATION_TYPE, operation.name()));
        attributes.push(KeyValue::new(NETWORK_PROTOCOL_NAME, "websocket"));
        // The size excludes the context block, so it is the same at both ends.
        attributes.push(KeyValue::new(MESSAGING_MESSAGE_BODY_SIZE, i64::try_from(size).unwrap_or(i64::MAX)));
        let builder =
            SpanBuilder::from_name(self.name(operation)).with_kind(operation.kind()).with_attributes(attributes);
        // A disabled tracer returns the IDs of the parent: there is no span, and the context is still propagated.
        parent.with_span(self.tracer.build_with_context(builder, parent))
    }

    /// Returns the attributes that spans and metrics share; all of them have few different values.
    pub(crate) fn attributes(&self, operation: Operation) -> Vec<KeyValue> {
        // The conventions define no value for WebSockets and allow custom ones.
        let mut attributes = vec![
            KeyValue::new(MESSAGING_SYSTEM, "websocket"),
            KeyValue::new(MESSAGING_OPERATION_NAME, operation.name()),
        ];
        let destination = self.destination.clone();
        attributes.extend(destination.map(|destination| KeyValue::new(MESSAGING_DESTINATION_NAME, destination)));
        attributes
    }

    /// Returns the span name in the form that the conventions recommend: operation and destination, such as
    /// `send /ws`.
    fn name(&self, operation: Operation) -> Cow<'static, str> {
        match &self.destination {
            Some(destination) => format!("{} {destination}", operation.name()).into(),
            None => operation.name().into(),
        }
    }
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Process => "process",
        }
    }

    fn kind(self) -> SpanKind {
        match self {
            Self::Send => SpanKind::Producer,
            Self::Process => SpanKind::Consumer,
        }
    }
}
