//! The span processor: it runs stages at the start and at the end of each span, before the exporting processor.

use std::fmt;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

/// One step that is applied to every recording span.
pub(crate) trait Stage: fmt::Debug + Send + Sync {
    /// Called when a span starts. `parent` is the context of the parent, including the baggage that the caller sent.
    /// The sampler has already decided.
    fn start(&self, _span: &mut Span, _parent: &Context) {}

    /// Called when a span has ended, before it is exported or listed.
    fn end(&self, _span: &mut SpanData) {}
}

/// The stages in order, followed by the exporting processor, if there is one.
///
/// The stages wrap the exporting processor. The SDK gives each registered processor its own clone of an ended span.
/// With separate registrations a change by one processor would not reach the others, and every clone would cost time.
#[derive(Debug)]
pub(crate) struct StagedProcessor {
    stages: Vec<Box<dyn Stage>>,
    exporting: Option<Box<dyn SpanProcessor>>,
}

impl StagedProcessor {
    pub(crate) fn new(stages: Vec<Box<dyn Stage>>, exporting: Option<Box<dyn SpanProcessor>>) -> Self {
        Self { stages, exporting }
    }
}

impl SpanProcessor for StagedProcessor {
    fn on_start(&self, span: &mut Span, context: &Context) {
        for stage in &self.stages {
            stage.start(span, context);
        }
        if let Some(exporting) = &self.exporting {
            exporting.on_start(span, context);
        }
    }

    fn on_end(&self, mut span: SpanData) {
        for stage in &self.stages {
            stage.end(&mut span);
        }
        if let Some(exporting) = &self.exporting {
            exporting.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporting.as_ref().map_or(Ok(()), |exporting| exporting.force_flush())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporting.as_ref().map_or(Ok(()), |exporting| exporting.shutdown_with_timeout(timeout))
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Some(exporting) = &mut self.exporting {
            exporting.set_resource(resource);
        }
    }
}
