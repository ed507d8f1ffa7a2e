//! The span processor: stages that see each span at its start and at its end, in front of the batch that exports.

use std::fmt;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

/// One thing that is done with every recording span.
pub(crate) trait Stage: fmt::Debug + Send + Sync {
    /// The span has started.  The context is its parent's, with what the caller sent as baggage; the sampler has
    /// decided already.
    fn start(&self, _span: &mut Span, _parent: &Context) {}

    /// The span has ended, and nobody has seen it yet.
    fn end(&self, _span: &mut SpanData) {}
}

/// Stages in their order, then the processor that exports, if there is one.
///
/// They wrap it rather than standing beside it.  Of processors that are registered side by side each gets a clone of an
/// ended span: a clone for nothing, and what one of them takes out of its own the others still export.
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
