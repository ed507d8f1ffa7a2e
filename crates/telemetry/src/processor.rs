//! The span processor in front of the batch: it keeps the ledger and hands each span on.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use crate::ledger::Ledger;

/// Wraps the processor that exports, rather than standing beside it: with two processors the SDK clones every span.
#[derive(Debug)]
pub(crate) struct LedgerProcessor {
    ledger: Arc<Ledger>,
    next: Option<Box<dyn SpanProcessor>>,
}

impl LedgerProcessor {
    pub(crate) fn new(ledger: Arc<Ledger>, next: Option<Box<dyn SpanProcessor>>) -> Self {
        Self { ledger, next }
    }
}

impl SpanProcessor for LedgerProcessor {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.ledger.open();
        if let Some(next) = &self.next {
            next.on_start(span, context);
        }
    }

    fn on_end(&self, span: SpanData) {
        // The book first: what has been exported has then always been counted as ended.
        self.ledger.close(&span);
        if let Some(next) = &self.next {
            next.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.next.as_ref().map_or(Ok(()), |next| next.force_flush())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.next.as_ref().map_or(Ok(()), |next| next.shutdown_with_timeout(timeout))
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Some(next) = &mut self.next {
            next.set_resource(resource);
        }
    }
}
