//! The instrumentation: its scope, and what is the same for every message of the sockets that it wraps.

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

/// The name of the instrumentation scope of every span and metric of this library; its version is the crate's.
///
/// With it one can find, count and switch off exactly what this library records.
pub const SCOPE: &str = env!("CARGO_PKG_NAME");

/// What wraps sockets.  Make one where the application is set up, after the global providers; clones are cheap.
#[derive(Debug, Clone)]
pub struct Instrumentation(Option<Arc<Recording>>);

/// What an enabled instrumentation records with.
#[derive(Debug)]
pub(crate) struct Recording {
    tracer: BoxedTracer,
    pub(crate) metrics: Metrics,
    destination: Option<Cow<'static, str>>,
}

/// What is done with a message, in the words of the conventions.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation {
    Send,
    Process,
}

/// Sets an [`Instrumentation`] up.
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct Builder {
    tracer: Option<BoxedTracer>,
    meter: Option<Meter>,
    destination: Option<Cow<'static, str>>,
}

impl Instrumentation {
    /// Records with the providers that are global now.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Records as the builder is told to.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Wraps and does nothing: no spans, no metrics, no offer in the handshake, no byte changed.
    #[must_use]
    pub fn disabled() -> Self {
        Self(None)
    }

    /// Whether it does anything.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn recording(&self) -> Option<&Arc<Recording>> {
        self.0.as_ref()
    }
}

impl Default for Instrumentation {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// Says in names and attributes where messages go to: a path such as `/ws`, one of few.
    pub fn with_destination(self, destination: impl Into<Cow<'static, str>>) -> Self {
        Self { destination: Some(destination.into()), ..self }
    }

    /// Makes spans with this provider instead of the global one.
    pub fn with_tracer_provider<P, T, S>(self, provider: &P) -> Self
    where
        P: TracerProvider<Tracer = T>,
        T: Tracer<Span = S> + Send + Sync + 'static,
        S: Span + Send + Sync + 'static,
    {
        Self { tracer: Some(BoxedTracer::new(Box::new(provider.tracer_with_scope(scope())))), ..self }
    }

    /// Counts with this provider instead of the global one.
    pub fn with_meter_provider(self, provider: &impl MeterProvider) -> Self {
        Self { meter: Some(provider.meter_with_scope(scope())), ..self }
    }

    /// The instrumentation.
    #[must_use]
    pub fn build(self) -> Instrumentation {
        let tracer = self.tracer.unwrap_or_else(|| global::tracer_with_scope(scope()));
        let meter = self.meter.unwrap_or_else(|| global::meter_with_scope(scope()));
        let recording = Recording { tracer, metrics: Metrics::new(&meter), destination: self.destination };
        Instrumentation(Some(Arc::new(recording)))
    }
}

/// The instrumentation scope: who recorded a span, as opposed to about what.
fn scope() -> InstrumentationScope {
    let scope = InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION"));
    scope.with_schema_url(SCHEMA_URL).build()
}

impl Recording {
    /// Opens the span of a message, as a child of what `parent` has, and answers the context that has it.
    pub(crate) fn open(&self, operation: Operation, size: usize, parent: &Context) -> Context {
        let mut attributes = self.attributes(operation);
        attributes.push(KeyValue::new(MESSAGING_OPERATION_TYPE, operation.word()));
        attributes.push(KeyValue::new(NETWORK_PROTOCOL_NAME, "websocket"));
        // What the application sends, without what we put in front: the same number at both ends.
        attributes.push(KeyValue::new(MESSAGING_MESSAGE_BODY_SIZE, i64::try_from(size).unwrap_or(i64::MAX)));
        let builder =
            SpanBuilder::from_name(self.name(operation)).with_kind(operation.kind()).with_attributes(attributes);
        // A tracer that is switched off answers the parent's ids here: no span, but the context goes on.
        parent.with_span(self.tracer.build_with_context(builder, parent))
    }

    /// The attributes that spans and metrics share.  All of them have few values.
    pub(crate) fn attributes(&self, operation: Operation) -> Vec<KeyValue> {
        // The registry of conventions has no value for WebSockets, and allows others.
        let mut attributes = vec![
            KeyValue::new(MESSAGING_SYSTEM, "websocket"),
            KeyValue::new(MESSAGING_OPERATION_NAME, operation.word()),
        ];
        let destination = self.destination.clone();
        attributes.extend(destination.map(|destination| KeyValue::new(MESSAGING_DESTINATION_NAME, destination)));
        attributes
    }

    /// `send /ws`: the operation and the destination, as the conventions have it.
    fn name(&self, operation: Operation) -> Cow<'static, str> {
        match &self.destination {
            Some(destination) => format!("{} {destination}", operation.word()).into(),
            None => operation.word().into(),
        }
    }
}

impl Operation {
    fn word(self) -> &'static str {
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
